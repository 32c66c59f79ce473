-- Whether the series is active in the file. Until the import has all of its occurrences it is paused.
ALTER TABLE "transfer_series" ADD COLUMN "isActive" BOOLEAN NOT NULL DEFAULT false;
