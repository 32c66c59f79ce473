-- Who wrote a comment that was imported, as the file says.
ALTER TABLE "comment" ADD COLUMN "originalAuthor" TEXT;

-- What the token may do that a transfer was started with; none means all that the role grants.
ALTER TABLE "transfer" ADD COLUMN "scopes" TEXT[] NOT NULL DEFAULT '{}';

-- What the series of a file became, until the import has ended.
CREATE TABLE "transfer_series" (
    "tenantId" UUID NOT NULL,
    "transferId" UUID NOT NULL,
    "seriesId" TEXT NOT NULL,
    "recurrenceId" UUID NOT NULL,
    CONSTRAINT "transfer_series_pkey" PRIMARY KEY ("transferId", "seriesId"),
    CONSTRAINT "transfer_series_tenantId_transferId_fkey" FOREIGN KEY ("tenantId", "transferId") REFERENCES "transfer" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "transfer_series_tenantId_recurrenceId_fkey" FOREIGN KEY ("tenantId", "recurrenceId") REFERENCES "recurrence" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "transfer_series_tenantId_recurrenceId_idx" ON "transfer_series" ("tenantId", "recurrenceId");
