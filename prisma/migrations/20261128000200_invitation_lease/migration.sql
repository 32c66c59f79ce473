-- What the scan of invitations looks at: how many are in the queue, and whose lease has run out.
CREATE INDEX "invitation_leased" ON "invitation" ("leaseExpiresAt") WHERE "leaseExpiresAt" IS NOT NULL;
