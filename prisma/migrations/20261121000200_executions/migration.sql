CREATE TYPE "ExecutionStatus" AS ENUM ('QUEUED', 'RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'PARTIAL', 'CANCELLED', 'TIMED_OUT');
CREATE TYPE "StepStatus" AS ENUM ('QUEUED', 'RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED', 'TIMED_OUT');
CREATE TYPE "StepWait" AS ENUM ('TIMER', 'RETRY');

CREATE TABLE "execution" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "submitterId" UUID NOT NULL,
    "status" "ExecutionStatus" NOT NULL,
    "priority" INTEGER NOT NULL,
    "plan" JSON NOT NULL,
    "deduplicationKey" TEXT,
    "timeoutSeconds" INTEGER NOT NULL,
    "stepsTotal" INTEGER NOT NULL,
    "stepsFinished" INTEGER NOT NULL,
    "currentStep" TEXT,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "fencingToken" INTEGER NOT NULL,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "claimedAt" TIMESTAMPTZ(3),
    "ranMs" INTEGER NOT NULL,
    "wakeAt" TIMESTAMPTZ(3),
    "cancelRequestedAt" TIMESTAMPTZ(3),
    "logSeq" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    CONSTRAINT "execution_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "execution_tenantId_submitterId_fkey" FOREIGN KEY ("tenantId", "submitterId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "execution_priority_range" CHECK ("priority" BETWEEN 1 AND 10),
    CONSTRAINT "execution_running_is_leased" CHECK (("status" = 'RUNNING') = ("leaseExpiresAt" IS NOT NULL) AND ("status" = 'RUNNING') = ("claimedAt" IS NOT NULL)),
    CONSTRAINT "execution_waiting_wakes" CHECK (("status" = 'WAITING') = ("wakeAt" IS NOT NULL)),
    CONSTRAINT "execution_final_has_time" CHECK (("status" IN ('QUEUED', 'RUNNING', 'WAITING')) = ("finishedAt" IS NULL))
);
CREATE UNIQUE INDEX "execution_tenantId_id_key" ON "execution" ("tenantId", "id");
CREATE UNIQUE INDEX "execution_tenantId_deduplicationKey_key" ON "execution" ("tenantId", "deduplicationKey");
CREATE INDEX "execution_tenantId_status_id_idx" ON "execution" ("tenantId", "status", "id");
-- What the scan looks for: runnable in the order of the queue, due to wake, left by a dead worker.
CREATE INDEX "execution_queued" ON "execution" ("priority", "createdAt") WHERE "status" = 'QUEUED';
CREATE INDEX "execution_waiting" ON "execution" ("wakeAt") WHERE "status" = 'WAITING';
CREATE INDEX "execution_running" ON "execution" ("id") WHERE "status" = 'RUNNING';

CREATE TABLE "execution_step" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "executionId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "status" "StepStatus" NOT NULL,
    "dependsOn" TEXT[],
    "attempt" INTEGER NOT NULL,
    "maxAttempts" INTEGER NOT NULL,
    "timeoutSeconds" DOUBLE PRECISION NOT NULL,
    "replaySafe" BOOLEAN NOT NULL,
    "waitsFor" "StepWait",
    "wakeAt" TIMESTAMPTZ(3),
    "output" JSON,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    CONSTRAINT "execution_step_pkey" PRIMARY KEY ("executionId", "position"),
    CONSTRAINT "execution_step_tenantId_executionId_fkey" FOREIGN KEY ("tenantId", "executionId") REFERENCES "execution" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "execution_step_waiting_wakes" CHECK (("status" = 'WAITING') = ("wakeAt" IS NOT NULL) AND ("status" = 'WAITING') = ("waitsFor" IS NOT NULL)),
    CONSTRAINT "execution_step_final_has_time" CHECK (("status" IN ('QUEUED', 'RUNNING', 'WAITING')) = ("finishedAt" IS NULL))
);

CREATE TABLE "execution_log" (
    "tenantId" UUID NOT NULL,
    "executionId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "loggedAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "execution_log_pkey" PRIMARY KEY ("executionId", "seq"),
    CONSTRAINT "execution_log_tenantId_executionId_fkey" FOREIGN KEY ("tenantId", "executionId") REFERENCES "execution" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
