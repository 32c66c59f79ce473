-- What the job that empties the trash looks for, of all tenants.
CREATE INDEX "task_trash" ON "task" ("deletedAt") WHERE "deletedAt" IS NOT NULL;
-- The trash as a list, read in the same parts as what is not in it.
CREATE INDEX "task_trash_creator" ON "task" ("tenantId", "creatorId", "createdAt", "id") WHERE "deletedAt" IS NOT NULL AND "projectId" IS NULL;
CREATE INDEX "task_trash_assignee" ON "task" ("tenantId", "assigneeId", "createdAt", "id") WHERE "deletedAt" IS NOT NULL AND "projectId" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_trash_project" ON "task" ("tenantId", "projectId", "createdAt", "id") WHERE "deletedAt" IS NOT NULL AND "projectId" IS NOT NULL;

-- What pruning looks for.
CREATE INDEX "execution_finished" ON "execution" ("finishedAt") WHERE "finishedAt" IS NOT NULL;
CREATE INDEX "reminder_over" ON "reminder" ("updatedAt") WHERE "status" IN ('SENT', 'FAILED', 'CANCELLED', 'EXPIRED');
