-- AlterTable
ALTER TABLE "recurrence" ADD COLUMN     "madeBefore" INTEGER NOT NULL DEFAULT 0;
