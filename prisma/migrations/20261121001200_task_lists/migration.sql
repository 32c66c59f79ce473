-- Lists: see src/domain/tasks/list-statement.ts. A task is in the indexes of its project, or else of its creator, and in those of its assignee.
DROP INDEX "task_creator_created", "task_creator_updated", "task_creator_due", "task_creator_priority";
DROP INDEX "task_assignee_created", "task_assignee_updated", "task_assignee_due", "task_assignee_priority";
DROP INDEX "task_project_created", "task_project_updated", "task_project_due", "task_project_priority";
CREATE INDEX "task_creator_created" ON "task" ("tenantId", "creatorId", "status", "createdAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_creator_updated" ON "task" ("tenantId", "creatorId", "status", "updatedAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_creator_due" ON "task" ("tenantId", "creatorId", "status", "dueAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_creator_priority" ON "task" ("tenantId", "creatorId", "status", "priority", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NULL;
CREATE INDEX "task_project_created" ON "task" ("tenantId", "projectId", "status", "createdAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
CREATE INDEX "task_project_updated" ON "task" ("tenantId", "projectId", "status", "updatedAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
CREATE INDEX "task_project_due" ON "task" ("tenantId", "projectId", "status", "dueAt", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
CREATE INDEX "task_project_priority" ON "task" ("tenantId", "projectId", "status", "priority", "id") WHERE "deletedAt" IS NULL AND "projectId" IS NOT NULL;
CREATE INDEX "task_assignee_created" ON "task" ("tenantId", "assigneeId", "projectId", "status", "createdAt", "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_updated" ON "task" ("tenantId", "assigneeId", "projectId", "status", "updatedAt", "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_due" ON "task" ("tenantId", "assigneeId", "projectId", "status", "dueAt", "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;
CREATE INDEX "task_assignee_priority" ON "task" ("tenantId", "assigneeId", "projectId", "status", "priority", "id") WHERE "deletedAt" IS NULL AND "assigneeId" IS NOT NULL;
