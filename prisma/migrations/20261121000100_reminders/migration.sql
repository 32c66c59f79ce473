CREATE TYPE "ReminderTrigger" AS ENUM ('AT_DUE', 'ABSOLUTE');
CREATE TYPE "ReminderChannel" AS ENUM ('EMAIL');
CREATE TYPE "ReminderStatus" AS ENUM ('PENDING', 'SENDING', 'SENT', 'FAILED', 'CANCELLED', 'EXPIRED');

CREATE TABLE "reminder" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "taskId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "trigger" "ReminderTrigger" NOT NULL,
    "channel" "ReminderChannel" NOT NULL,
    "status" "ReminderStatus" NOT NULL,
    "remindAt" TIMESTAMPTZ(3) NOT NULL,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL,
    "lastError" TEXT,
    "sentAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    CONSTRAINT "reminder_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "reminder_tenantId_taskId_fkey" FOREIGN KEY ("tenantId", "taskId") REFERENCES "task" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "reminder_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "reminder_pending_has_next_attempt" CHECK (("status" = 'PENDING') = ("nextAttemptAt" IS NOT NULL)),
    CONSTRAINT "reminder_sent_has_time" CHECK (("status" = 'SENT') = ("sentAt" IS NOT NULL)),
    CONSTRAINT "reminder_lease_is_of_open" CHECK ("leaseExpiresAt" IS NULL OR "status" IN ('PENDING', 'SENDING'))
);
CREATE UNIQUE INDEX "reminder_tenantId_id_key" ON "reminder" ("tenantId", "id");
CREATE INDEX "reminder_tenantId_taskId_remindAt_id_idx" ON "reminder" ("tenantId", "taskId", "remindAt", "id");
CREATE INDEX "reminder_tenantId_userId_remindAt_id_idx" ON "reminder" ("tenantId", "userId", "remindAt", "id");

-- What the scan reads each second: reminders that nobody has taken up, and those whose taker is gone.
CREATE INDEX "reminder_due" ON "reminder" ("nextAttemptAt") WHERE "status" = 'PENDING' AND "leaseExpiresAt" IS NULL;
CREATE INDEX "reminder_leased" ON "reminder" ("leaseExpiresAt") WHERE "leaseExpiresAt" IS NOT NULL;
