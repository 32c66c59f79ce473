-- A task whose parent is gone for good stands alone.
ALTER TABLE "task"
    ADD COLUMN "parentId" UUID,
    ADD CONSTRAINT "task_tenantId_parentId_fkey" FOREIGN KEY ("tenantId", "parentId") REFERENCES "task" ("tenantId", "id") ON DELETE SET NULL ("parentId") ON UPDATE CASCADE,
    ADD CONSTRAINT "task_not_its_own_part" CHECK ("parentId" <> "id");
CREATE INDEX "task_subtask" ON "task" ("tenantId", "parentId", "id") WHERE "parentId" IS NOT NULL;

CREATE TABLE "comment" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "taskId" UUID NOT NULL,
    "authorId" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "editedAt" TIMESTAMPTZ(3),
    "deletedAt" TIMESTAMPTZ(3),
    CONSTRAINT "comment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "comment_tenantId_taskId_fkey" FOREIGN KEY ("tenantId", "taskId") REFERENCES "task" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "comment_tenantId_authorId_fkey" FOREIGN KEY ("tenantId", "authorId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "comment_tenantId_id_key" ON "comment" ("tenantId", "id");
CREATE INDEX "comment_tenantId_taskId_id_idx" ON "comment" ("tenantId", "taskId", "id");

-- What was done to a task beside its own changes. Events of other kinds are not in it, so appending them costs no more.
CREATE INDEX "event_about_task" ON "event" ("tenantId", ("after" ->> 'taskId'), "id") WHERE "type" LIKE 'comment.%' OR "type" LIKE 'reminder.%';
