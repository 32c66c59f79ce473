-- A token that was created with another token, and a calendar feed that was, end with it.
ALTER TABLE "access_token" ADD COLUMN "parentId" UUID;
ALTER TABLE "access_token" ADD CONSTRAINT "access_token_tenantId_parentId_fkey"
    FOREIGN KEY ("tenantId", "parentId") REFERENCES "access_token" ("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "calendar_feed" ADD COLUMN "tokenId" UUID;
ALTER TABLE "calendar_feed" ADD CONSTRAINT "calendar_feed_tenantId_tokenId_fkey"
    FOREIGN KEY ("tenantId", "tokenId") REFERENCES "access_token" ("tenantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Revoking walks from a token to those created with it.
CREATE INDEX "access_token_tenantId_parentId_idx" ON "access_token" ("tenantId", "parentId");
-- Creating a token counts the member's live ones, and they are listed with the newest first, however many have ended.
CREATE INDEX "access_token_live" ON "access_token" ("tenantId", "userId", "expiresAt") WHERE "revokedAt" IS NULL;
CREATE INDEX "access_token_tenantId_userId_createdAt_id_idx" ON "access_token" ("tenantId", "userId", "createdAt", "id");
DROP INDEX "access_token_tenantId_userId_idx";
