CREATE TYPE "TransferKind" AS ENUM ('EXPORT', 'IMPORT');
CREATE TYPE "TransferFormat" AS ENUM ('CSV', 'JSON');
CREATE TYPE "TransferStatus" AS ENUM ('AWAITING_CONTENT', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

CREATE TABLE "transfer" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "kind" "TransferKind" NOT NULL,
    "format" "TransferFormat" NOT NULL,
    "status" "TransferStatus" NOT NULL,
    "filter" JSONB NOT NULL,
    "timeZone" TEXT NOT NULL,
    "total" INTEGER,
    "done" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "ignoredColumns" TEXT[],
    "position" TEXT,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "attempts" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "leaseExpiresAt" TIMESTAMPTZ(3),
    CONSTRAINT "transfer_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "transfer_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "transfer_running_is_leased" CHECK (("status" = 'RUNNING') = ("leaseExpiresAt" IS NOT NULL)),
    CONSTRAINT "transfer_final_has_times" CHECK (
        ("status" IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = ("finishedAt" IS NOT NULL) AND ("finishedAt" IS NULL) = ("expiresAt" IS NULL)
    )
);
CREATE UNIQUE INDEX "transfer_tenantId_id_key" ON "transfer" ("tenantId", "id");
CREATE INDEX "transfer_tenantId_userId_id_idx" ON "transfer" ("tenantId", "userId", "id");
CREATE INDEX "transfer_expiresAt_idx" ON "transfer" ("expiresAt");

-- A user has one at a time; it is also what the scan reads each second.
CREATE UNIQUE INDEX "transfer_unfinished" ON "transfer" ("tenantId", "userId") WHERE "finishedAt" IS NULL;

CREATE TABLE "transfer_chunk" (
    "tenantId" UUID NOT NULL,
    "transferId" UUID NOT NULL,
    "startsAtByte" INTEGER NOT NULL,
    "content" BYTEA NOT NULL,
    CONSTRAINT "transfer_chunk_pkey" PRIMARY KEY ("transferId", "startsAtByte"),
    CONSTRAINT "transfer_chunk_tenantId_transferId_fkey" FOREIGN KEY ("tenantId", "transferId") REFERENCES "transfer" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "transfer_row_error" (
    "tenantId" UUID NOT NULL,
    "transferId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "faults" JSONB NOT NULL,
    CONSTRAINT "transfer_row_error_pkey" PRIMARY KEY ("transferId", "position"),
    CONSTRAINT "transfer_row_error_tenantId_transferId_fkey" FOREIGN KEY ("tenantId", "transferId") REFERENCES "transfer" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
