-- When periodic work is to run next. The process that moves the time on runs it, so that it runs once for all processes.
CREATE TABLE "schedule" (
    "name" TEXT NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "schedule_pkey" PRIMARY KEY ("name")
);
