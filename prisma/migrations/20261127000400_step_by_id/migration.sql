-- CreateIndex
CREATE UNIQUE INDEX "execution_step_tenantId_id_key" ON "execution_step"("tenantId", "id");
