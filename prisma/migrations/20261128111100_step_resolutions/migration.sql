-- Somebody who knows how a step ended whose outcome is unknown says so; a retry goes on from there.
CREATE TYPE "StepResolution" AS ENUM ('SUCCEEDED', 'FAILED');
ALTER TABLE "execution_step" ADD COLUMN "resolution" "StepResolution";

ALTER TABLE "execution" ADD COLUMN "retryOfId" UUID;
ALTER TABLE "execution"
    ADD CONSTRAINT "execution_tenantId_retryOfId_fkey" FOREIGN KEY ("tenantId", "retryOfId") REFERENCES "execution" ("tenantId", "id") ON DELETE SET NULL ("retryOfId") ON UPDATE CASCADE;
-- An execution is retried once. Its retention looks for the retry.
CREATE UNIQUE INDEX "execution_retry" ON "execution" ("tenantId", "retryOfId") WHERE "retryOfId" IS NOT NULL;
