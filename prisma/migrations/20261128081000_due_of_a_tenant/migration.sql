-- What the scan reads of each tenant when more is due than the queue can have.
CREATE INDEX "reminder_due_of_tenant" ON "reminder" ("channel", "tenantId", "nextAttemptAt") WHERE "status" = 'PENDING' AND "leaseExpiresAt" IS NULL;
CREATE INDEX "invitation_pending_of_tenant" ON "invitation" ("tenantId", "nextAttemptAt") WHERE "delivery" = 'PENDING' AND "leaseExpiresAt" IS NULL;
