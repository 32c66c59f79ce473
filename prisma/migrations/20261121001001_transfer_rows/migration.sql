CREATE TABLE "transfer_row" (
    "tenantId" UUID NOT NULL,
    "transferId" UUID NOT NULL,
    "rowId" TEXT NOT NULL,
    "taskId" UUID NOT NULL,
    CONSTRAINT "transfer_row_pkey" PRIMARY KEY ("transferId", "rowId"),
    CONSTRAINT "transfer_row_tenantId_transferId_fkey" FOREIGN KEY ("tenantId", "transferId") REFERENCES "transfer" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "transfer_row_tenantId_taskId_fkey" FOREIGN KEY ("tenantId", "taskId") REFERENCES "task" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "transfer_row_tenantId_taskId_idx" ON "transfer_row" ("tenantId", "taskId");
