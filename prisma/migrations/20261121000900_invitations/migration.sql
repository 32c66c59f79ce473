CREATE TYPE "InvitationDelivery" AS ENUM ('PENDING', 'SENT', 'FAILED');

CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "inviterId" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "delivery" "InvitationDelivery" NOT NULL,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL,
    "lastError" TEXT,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "leaseExpiresAt" TIMESTAMPTZ(3),
    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "invitation_tenantId_inviterId_fkey" FOREIGN KEY ("tenantId", "inviterId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "invitation_pending_has_attempt" CHECK (("delivery" = 'PENDING') = ("nextAttemptAt" IS NOT NULL)),
    CONSTRAINT "invitation_ends_once" CHECK ("acceptedAt" IS NULL OR "revokedAt" IS NULL)
);
CREATE UNIQUE INDEX "invitation_tenantId_id_key" ON "invitation" ("tenantId", "id");
CREATE INDEX "invitation_tenantId_createdAt_id_idx" ON "invitation" ("tenantId", "createdAt", "id");

-- One code at a time opens the tenant to an address.
CREATE UNIQUE INDEX "invitation_open" ON "invitation" ("tenantId", "email") WHERE "acceptedAt" IS NULL AND "revokedAt" IS NULL;
-- What the scan reads each second.
CREATE INDEX "invitation_pending" ON "invitation" ("nextAttemptAt") WHERE "delivery" = 'PENDING';
