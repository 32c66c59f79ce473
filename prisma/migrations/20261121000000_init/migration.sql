CREATE TYPE "Role" AS ENUM ('OWNER', 'ADMIN', 'OPERATOR', 'MEMBER', 'VIEWER');
CREATE TYPE "TaskStatus" AS ENUM ('ACTIVE', 'COMPLETED');
CREATE TYPE "Priority" AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'URGENT');

CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "user_email_key" ON "user" ("email");

CREATE TABLE "membership" (
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),
    CONSTRAINT "membership_pkey" PRIMARY KEY ("tenantId", "userId"),
    CONSTRAINT "membership_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "membership_userId_idx" ON "membership" ("userId");

CREATE TABLE "access_token" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    CONSTRAINT "access_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "access_token_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "access_token_hash_key" ON "access_token" ("hash");
CREATE UNIQUE INDEX "access_token_tenantId_id_key" ON "access_token" ("tenantId", "id");
CREATE INDEX "access_token_tenantId_userId_idx" ON "access_token" ("tenantId", "userId");

CREATE TABLE "task" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "creatorId" UUID NOT NULL,
    "assigneeId" UUID,
    "title" TEXT NOT NULL,
    "notes" TEXT,
    "status" "TaskStatus" NOT NULL,
    "priority" "Priority" NOT NULL,
    "tags" TEXT[],
    "dueAt" TIMESTAMPTZ(3),
    "dueDate" DATE,
    "dueTimeZone" TEXT,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "completedAt" TIMESTAMPTZ(3),
    "deletedAt" TIMESTAMPTZ(3),
    CONSTRAINT "task_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "task_tenantId_creatorId_fkey" FOREIGN KEY ("tenantId", "creatorId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "task_tenantId_assigneeId_fkey" FOREIGN KEY ("tenantId", "assigneeId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "task_completed_has_time" CHECK (("status" = 'COMPLETED') = ("completedAt" IS NOT NULL)),
    CONSTRAINT "task_due_has_zone" CHECK (("dueAt" IS NULL) = ("dueTimeZone" IS NULL) AND ("dueDate" IS NULL OR "dueAt" IS NOT NULL))
);
CREATE UNIQUE INDEX "task_tenantId_id_key" ON "task" ("tenantId", "id");

-- A list is read once as the viewer's own and once as assigned to the viewer, each in the order of an index.
CREATE INDEX "task_creator_created" ON "task" ("tenantId", "creatorId", "createdAt", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "task_creator_updated" ON "task" ("tenantId", "creatorId", "updatedAt", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "task_creator_due" ON "task" ("tenantId", "creatorId", (coalesce("dueAt", 'infinity'::timestamptz)), "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "task_creator_priority" ON "task" ("tenantId", "creatorId", "priority", "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "task_assignee_created" ON "task" ("tenantId", "assigneeId", "createdAt", "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_updated" ON "task" ("tenantId", "assigneeId", "updatedAt", "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_due" ON "task" ("tenantId", "assigneeId", (coalesce("dueAt", 'infinity'::timestamptz)), "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_priority" ON "task" ("tenantId", "assigneeId", "priority", "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;

CREATE TABLE "event" (
    "id" BIGSERIAL NOT NULL,
    "seq" BIGINT,
    "tenantId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "objectId" UUID NOT NULL,
    "changeId" UUID NOT NULL,
    "actorId" UUID,
    "requestId" TEXT NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "before" JSONB,
    "after" JSONB,
    CONSTRAINT "event_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "event_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "event_seq_key" ON "event" ("seq");
CREATE INDEX "event_tenantId_seq_idx" ON "event" ("tenantId", "seq");
CREATE INDEX "event_tenantId_changeId_idx" ON "event" ("tenantId", "changeId");
CREATE INDEX "event_tenantId_objectId_id_idx" ON "event" ("tenantId", "objectId", "id");
-- What the sequencer still has to number.
CREATE INDEX "event_unnumbered" ON "event" ("id") WHERE "seq" IS NULL;

CREATE TABLE "event_stream" (
    "id" INTEGER NOT NULL,
    "epoch" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "lastSeq" BIGINT NOT NULL,
    "oldestSeq" BIGINT NOT NULL,
    CONSTRAINT "event_stream_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "event_stream_single_row" CHECK ("id" = 1)
);

CREATE TABLE "idempotency_key" (
    "tenantId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "inputHash" TEXT NOT NULL,
    "outcome" JSONB,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("tenantId", "actorId", "key")
);
CREATE INDEX "idempotency_key_expiresAt_idx" ON "idempotency_key" ("expiresAt");

INSERT INTO "event_stream" VALUES (1, gen_random_uuid(), '', 0, 0);
