-- Dates that were taken before they had a range (1900-01-01 to 9999-12-30) could not be read back. They become the
-- nearest date within it, as src/shared/date-range.ts has it.
UPDATE "task" SET "recurrenceId" = NULL, "occurrenceAt" = NULL
WHERE "occurrenceAt" NOT BETWEEN '1900-01-01T00:00:00Z' AND '9999-12-30T23:59:59.999Z';

UPDATE "task" SET
    "dueDate" = within.day,
    "dueAt" = (within.day + 1)::timestamp AT TIME ZONE coalesce(
        (SELECT name FROM pg_timezone_names WHERE name = "dueTimeZone"), 'UTC'),
    "version" = "version" + 1
FROM (SELECT id, least(greatest("dueDate", '1900-01-01'), '9999-12-30') AS day FROM "task"
      WHERE "dueDate" NOT BETWEEN '1900-01-01' AND '9999-12-30') within
WHERE "task".id = within.id;

UPDATE "task" SET
    "dueAt" = least(greatest("dueAt", '1900-01-01T00:00:00Z'), '9999-12-30T23:59:59.999Z'),
    "version" = "version" + 1
WHERE "dueDate" IS NULL AND "dueAt" NOT BETWEEN '1900-01-01T00:00:00Z' AND '9999-12-30T23:59:59.999Z';

UPDATE "task" SET "completedAt" = greatest("completedAt", '1900-01-01T00:00:00Z'), "version" = "version" + 1
WHERE "completedAt" < '1900-01-01T00:00:00Z';

-- A due near the first day may have a reminder some days before it, which can be read.
UPDATE "reminder" SET
    "remindAt" = least(greatest("remindAt", '1899-01-01T00:00:00Z'), '9999-12-30T23:59:59.999Z'),
    "nextAttemptAt" = CASE WHEN "nextAttemptAt" IS NOT NULL THEN
        least(greatest("nextAttemptAt", '1899-01-01T00:00:00Z'), '9999-12-30T23:59:59.999Z') END,
    "version" = "version" + 1
WHERE "remindAt" NOT BETWEEN '1899-01-01T00:00:00Z' AND '9999-12-30T23:59:59.999Z'
    OR "nextAttemptAt" NOT BETWEEN '1899-01-01T00:00:00Z' AND '9999-12-30T23:59:59.999Z';

UPDATE "access_token" SET "expiresAt" = '9999-12-30T23:59:59.999Z' WHERE "expiresAt" > '9999-12-30T23:59:59.999Z';

-- A series that began outside of the range made nothing that could be read; it is over.
UPDATE "recurrence" SET
    "start" = CASE WHEN "start" < '1900' THEN '1900-01-01' ELSE '9999-12-30' END || substr("start", 11),
    "reachedAt" = least(greatest("reachedAt", '1900-01-01T00:00:00Z'), '9999-12-30T00:00:00Z'),
    "checkAt" = NULL,
    "status" = CASE WHEN "status" IN ('ACTIVE', 'PAUSED') THEN 'CANCELLED' ELSE "status" END,
    "version" = "version" + 1
WHERE left("start", 10) NOT BETWEEN '1900-01-01' AND '9999-12-30'
    OR "reachedAt" NOT BETWEEN '1900-01-01T00:00:00Z' AND '9999-12-30T23:59:59.999Z';
