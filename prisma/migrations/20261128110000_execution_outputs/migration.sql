-- The outputs of steps, which are long, are read only by the steps that refer to them.
CREATE TABLE "execution_output" (
    "tenantId" UUID NOT NULL,
    "executionId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "output" JSON NOT NULL,
    CONSTRAINT "execution_output_pkey" PRIMARY KEY ("executionId", "position"),
    CONSTRAINT "execution_output_tenantId_executionId_fkey" FOREIGN KEY ("tenantId", "executionId") REFERENCES "execution" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "execution_output" ("tenantId", "executionId", "position", "output")
SELECT "tenantId", "executionId", "position", "output" FROM "execution_step" WHERE "output" IS NOT NULL;
ALTER TABLE "execution_step" DROP COLUMN "output", ADD COLUMN "reads" TEXT[] NOT NULL DEFAULT '{}';

-- Steps of type validate are the only ones that refer to others so far.
UPDATE "execution_step" step SET "reads" = ARRAY(
  SELECT DISTINCT reference ->> 'step'
  FROM "execution", json_array_elements("execution"."plan" -> 'steps') planned,
    json_array_elements(planned -> 'input' -> 'checks') reference
  WHERE "execution"."id" = step."executionId" AND planned ->> 'name' = step."name")
WHERE step."type" = 'validate' AND step."status" IN ('QUEUED', 'RUNNING', 'WAITING');
ALTER TABLE "execution_step" ALTER COLUMN "reads" DROP DEFAULT;
