-- AlterTable
ALTER TABLE "reminder" ADD COLUMN     "isWithdrawn" BOOLEAN NOT NULL DEFAULT false;

-- What its user cancelled: neither Errand, which says why, nor the task, which was completed or deleted at that moment.
UPDATE "reminder" SET "isWithdrawn" = true FROM "task"
WHERE "task"."tenantId" = "reminder"."tenantId" AND "task"."id" = "reminder"."taskId" AND "reminder"."status" = 'CANCELLED'
  AND "reminder"."lastError" IS NULL
  AND "reminder"."updatedAt" IS DISTINCT FROM "task"."completedAt" AND "reminder"."updatedAt" IS DISTINCT FROM "task"."deletedAt";

-- A reminder that was sent may be pending again, and keeps when that was.
ALTER TABLE "reminder" DROP CONSTRAINT "reminder_sent_has_time",
    ADD CONSTRAINT "reminder_sent_has_time" CHECK ("status" <> 'SENT' OR "sentAt" IS NOT NULL);
