-- From when an execution may be started, and until when.
ALTER TABLE "execution" ADD COLUMN "runAt" TIMESTAMPTZ(3), ADD COLUMN "expiresAt" TIMESTAMPTZ(3);
-- What the scan looks for: not started, and expired.
CREATE INDEX "execution_expiring" ON "execution" ("expiresAt") WHERE "expiresAt" IS NOT NULL AND "startedAt" IS NULL AND "finishedAt" IS NULL;
