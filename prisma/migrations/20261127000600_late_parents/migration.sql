-- AlterTable
ALTER TABLE "transfer_row" ADD COLUMN     "parentRowId" TEXT;
