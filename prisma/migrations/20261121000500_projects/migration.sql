CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "creatorId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "color" TEXT NOT NULL,
    "isPrivate" BOOLEAN NOT NULL,
    "position" DOUBLE PRECISION NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "archivedAt" TIMESTAMPTZ(3),
    CONSTRAINT "project_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "project_tenantId_creatorId_fkey" FOREIGN KEY ("tenantId", "creatorId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "project_color_is_hex" CHECK ("color" ~ '^#[0-9a-f]{6}$')
);
CREATE UNIQUE INDEX "project_tenantId_id_key" ON "project" ("tenantId", "id");
CREATE INDEX "project_tenantId_position_id_idx" ON "project" ("tenantId", "position", "id");

CREATE TABLE "project_member" (
    "tenantId" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    CONSTRAINT "project_member_pkey" PRIMARY KEY ("tenantId", "projectId", "userId"),
    CONSTRAINT "project_member_tenantId_projectId_fkey" FOREIGN KEY ("tenantId", "projectId") REFERENCES "project" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "project_member_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "project_member_tenantId_userId_idx" ON "project_member" ("tenantId", "userId");

ALTER TABLE "task"
    ADD COLUMN "projectId" UUID,
    ADD CONSTRAINT "task_tenantId_projectId_fkey" FOREIGN KEY ("tenantId", "projectId") REFERENCES "project" ("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "recurrence"
    ADD COLUMN "projectId" UUID,
    ADD CONSTRAINT "recurrence_tenantId_projectId_fkey" FOREIGN KEY ("tenantId", "projectId") REFERENCES "project" ("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "recurrence_tenantId_projectId_idx" ON "recurrence" ("tenantId", "projectId");

-- A list is read as the viewer's own, as assigned to the viewer, and once for each project, each in the order of an index.
DROP INDEX "task_creator_created", "task_creator_updated", "task_creator_due", "task_creator_priority";
DROP INDEX "task_assignee_created", "task_assignee_updated", "task_assignee_due", "task_assignee_priority";
CREATE INDEX "task_creator_created" ON "task" ("tenantId", "creatorId", "createdAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_creator_updated" ON "task" ("tenantId", "creatorId", "updatedAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_creator_due" ON "task" ("tenantId", "creatorId", (coalesce("dueAt", 'infinity'::timestamptz)), "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_creator_priority" ON "task" ("tenantId", "creatorId", "priority", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_assignee_created" ON "task" ("tenantId", "assigneeId", "createdAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_updated" ON "task" ("tenantId", "assigneeId", "updatedAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_due" ON "task" ("tenantId", "assigneeId", (coalesce("dueAt", 'infinity'::timestamptz)), "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_priority" ON "task" ("tenantId", "assigneeId", "priority", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_project_created" ON "task" ("tenantId", "projectId", "createdAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
CREATE INDEX "task_project_updated" ON "task" ("tenantId", "projectId", "updatedAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
CREATE INDEX "task_project_due" ON "task" ("tenantId", "projectId", (coalesce("dueAt", 'infinity'::timestamptz)), "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
CREATE INDEX "task_project_priority" ON "task" ("tenantId", "projectId", "priority", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
