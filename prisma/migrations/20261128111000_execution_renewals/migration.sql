-- The time between the last renewal of a lost lease and the takeover does not count as running.
ALTER TABLE "execution" ADD COLUMN "renewedAt" TIMESTAMPTZ(3);
