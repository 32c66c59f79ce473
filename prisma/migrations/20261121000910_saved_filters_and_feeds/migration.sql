CREATE TABLE "calendar_feed" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "calendar_feed_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "calendar_feed_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "calendar_feed_hash_key" ON "calendar_feed" ("hash");
CREATE UNIQUE INDEX "calendar_feed_tenantId_userId_key" ON "calendar_feed" ("tenantId", "userId");

CREATE TABLE "saved_filter" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "orderBy" JSONB,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "saved_filter_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "saved_filter_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "saved_filter_tenantId_id_key" ON "saved_filter" ("tenantId", "id");
CREATE UNIQUE INDEX "saved_filter_tenantId_userId_name_key" ON "saved_filter" ("tenantId", "userId", "name");
