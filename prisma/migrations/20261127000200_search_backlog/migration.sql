-- CreateTable
CREATE TABLE "search_backlog" (
    "tenantId" UUID NOT NULL,
    "taskId" UUID NOT NULL,

    CONSTRAINT "search_backlog_pkey" PRIMARY KEY ("tenantId","taskId")
);

-- AddForeignKey
ALTER TABLE "search_backlog" ADD CONSTRAINT "search_backlog_tenantId_taskId_fkey" FOREIGN KEY ("tenantId", "taskId") REFERENCES "task"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The words of these tasks were made by an earlier rule.
INSERT INTO "search_backlog" ("tenantId", "taskId") SELECT "tenantId", id FROM "task";
