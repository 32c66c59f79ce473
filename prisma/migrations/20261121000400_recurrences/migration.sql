CREATE TYPE "RecurrenceStatus" AS ENUM ('ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED');
CREATE TYPE "RecurrencePreset" AS ENUM ('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'CUSTOM');
CREATE TYPE "RecurrenceBasis" AS ENUM ('SCHEDULE', 'COMPLETION');
CREATE TYPE "MissedPolicy" AS ENUM ('ONE', 'ALL', 'LATEST');
CREATE TYPE "MonthEndPolicy" AS ENUM ('SKIP', 'CLAMP');

CREATE TABLE "recurrence" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "creatorId" UUID NOT NULL,
    "assigneeId" UUID,
    "title" TEXT NOT NULL,
    "notes" TEXT,
    "priority" "Priority" NOT NULL,
    "tags" TEXT[],
    "status" "RecurrenceStatus" NOT NULL,
    "preset" "RecurrencePreset" NOT NULL,
    "rule" TEXT NOT NULL,
    "start" TEXT NOT NULL,
    "isAllDay" BOOLEAN NOT NULL,
    "timeZone" TEXT NOT NULL,
    "basis" "RecurrenceBasis" NOT NULL,
    "missed" "MissedPolicy" NOT NULL,
    "monthEnd" "MonthEndPolicy" NOT NULL,
    "skipWeekends" BOOLEAN NOT NULL,
    "generateAhead" INTEGER NOT NULL,
    "made" INTEGER NOT NULL,
    "reachedAt" TIMESTAMPTZ(3) NOT NULL,
    "checkAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "recurrence_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "recurrence_tenantId_creatorId_fkey" FOREIGN KEY ("tenantId", "creatorId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "recurrence_tenantId_assigneeId_fkey" FOREIGN KEY ("tenantId", "assigneeId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "recurrence_ahead_range" CHECK ("generateAhead" BETWEEN 0 AND 52)
);
CREATE UNIQUE INDEX "recurrence_tenantId_id_key" ON "recurrence" ("tenantId", "id");
CREATE INDEX "recurrence_tenantId_creatorId_idx" ON "recurrence" ("tenantId", "creatorId");
CREATE INDEX "recurrence_tenantId_assigneeId_idx" ON "recurrence" ("tenantId", "assigneeId");

-- What the scan reads each second: series of which a date came while an occurrence is open.
CREATE INDEX "recurrence_check" ON "recurrence" ("checkAt") WHERE "status" = 'ACTIVE' AND "checkAt" IS NOT NULL;

ALTER TABLE "task"
    ADD COLUMN "recurrenceId" UUID,
    ADD COLUMN "occurrenceAt" TIMESTAMPTZ(3),
    ADD CONSTRAINT "task_tenantId_recurrenceId_fkey" FOREIGN KEY ("tenantId", "recurrenceId") REFERENCES "recurrence" ("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE,
    ADD CONSTRAINT "task_of_series_has_date" CHECK (("recurrenceId" IS NULL) = ("occurrenceAt" IS NULL));

-- One task for each date of a series, whatever is repeated or raced.
CREATE UNIQUE INDEX "task_occurrence" ON "task" ("tenantId", "recurrenceId", "occurrenceAt") WHERE "recurrenceId" IS NOT NULL;
CREATE INDEX "task_open_occurrence" ON "task" ("tenantId", "recurrenceId", "occurrenceAt") WHERE "recurrenceId" IS NOT NULL AND "status" = 'ACTIVE' AND "deletedAt" IS NULL;
