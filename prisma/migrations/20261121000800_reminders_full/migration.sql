ALTER TYPE "ReminderTrigger" ADD VALUE 'BEFORE_15_MIN' BEFORE 'ABSOLUTE';
ALTER TYPE "ReminderTrigger" ADD VALUE 'BEFORE_30_MIN' BEFORE 'ABSOLUTE';
ALTER TYPE "ReminderTrigger" ADD VALUE 'BEFORE_1_HOUR' BEFORE 'ABSOLUTE';
ALTER TYPE "ReminderTrigger" ADD VALUE 'BEFORE_1_DAY' BEFORE 'ABSOLUTE';
ALTER TYPE "ReminderTrigger" ADD VALUE 'CUSTOM' BEFORE 'ABSOLUTE';
ALTER TYPE "ReminderChannel" ADD VALUE 'WEBHOOK';
ALTER TYPE "ReminderChannel" ADD VALUE 'IN_APP';

ALTER TABLE "user" ADD COLUMN "defaultReminders" JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN "wantsReminderMails" BOOLEAN NOT NULL DEFAULT true;

-- As texts, since the transaction that adds a value to an enum cannot use it.
ALTER TABLE "reminder" ADD COLUMN "offsetMinutes" INTEGER,
    ADD COLUMN "timeOfDay" TEXT,
    ADD COLUMN "acknowledgedAt" TIMESTAMPTZ(3),
    ADD CONSTRAINT "reminder_offset_is_of_custom" CHECK (("trigger"::text = 'CUSTOM') = ("offsetMinutes" IS NOT NULL)),
    ADD CONSTRAINT "reminder_acknowledged_is_shown" CHECK ("acknowledgedAt" IS NULL OR ("status" = 'SENT' AND "channel"::text = 'IN_APP'));

CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "webhook_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "webhook_tenantId_id_key" ON "webhook" ("tenantId", "id");
CREATE UNIQUE INDEX "webhook_tenantId_userId_key" ON "webhook" ("tenantId", "userId");

-- The scan takes each channel by itself, so that slow receivers of one delay no other.
DROP INDEX "reminder_due";
CREATE INDEX "reminder_due" ON "reminder" ("channel", "nextAttemptAt") WHERE "status" = 'PENDING' AND "leaseExpiresAt" IS NULL;
DROP INDEX "reminder_leased";
CREATE INDEX "reminder_leased" ON "reminder" ("channel", "leaseExpiresAt") WHERE "leaseExpiresAt" IS NOT NULL;
