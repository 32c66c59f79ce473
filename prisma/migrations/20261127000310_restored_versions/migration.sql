-- AlterTable
ALTER TABLE "event" ADD COLUMN     "restoredVersion" INTEGER;
