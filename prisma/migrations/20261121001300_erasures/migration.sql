CREATE TABLE "erasure" (
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "rows" INTEGER NOT NULL,
    "events" INTEGER NOT NULL,
    "position" BIGINT NOT NULL,
    "lastEventId" BIGINT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    CONSTRAINT "erasure_pkey" PRIMARY KEY ("tenantId", "userId"),
    CONSTRAINT "erasure_tenantId_userId_fkey" FOREIGN KEY ("tenantId", "userId") REFERENCES "membership" ("tenantId", "userId") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- What the scan reads each second.
CREATE INDEX "erasure_running" ON "erasure" ("startedAt") WHERE "finishedAt" IS NULL;

-- What somebody said.
CREATE INDEX "comment_tenantId_authorId_idx" ON "comment" ("tenantId", "authorId");
