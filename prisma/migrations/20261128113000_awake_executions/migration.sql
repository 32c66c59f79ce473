-- Workers take the next execution by SQL: of each tenant in turn, by priority and age.
ALTER TABLE "execution" ADD COLUMN "isAwake" BOOLEAN NOT NULL DEFAULT false,
  ADD CONSTRAINT "execution_awake_waits" CHECK (NOT "isAwake" OR "status" = 'WAITING');

DROP INDEX "execution_queued";
DROP INDEX "execution_waiting";
CREATE INDEX "execution_ready" ON "execution" ("tenantId", "priority", "createdAt")
  WHERE "status" = 'QUEUED' OR "isAwake";
-- The slots that are kept for them are free when others are not.
CREATE INDEX "execution_urgent" ON "execution" ("tenantId")
  WHERE ("status" = 'QUEUED' OR "isAwake") AND "priority" <= 3;
CREATE INDEX "execution_waiting" ON "execution" ("wakeAt") WHERE "status" = 'WAITING' AND NOT "isAwake";
