-- The names of a member's saved filters must differ by more than letter case, Unicode form and spaces (src/shared/name-key.ts).
-- Of those that do not, the oldest one keeps its name, and the others get a number.
DO $$
DECLARE
    twin record;
    candidate text;
    number int;
BEGIN
    CREATE TEMPORARY TABLE key_of_filter ON COMMIT DROP AS
        SELECT id, "tenantId", "userId", name, "createdAt",
            trim(regexp_replace(normalize(lower(normalize(name, NFKC)), NFKC), '\s+', ' ', 'g')) AS key
        FROM "saved_filter";
    FOR twin IN
        SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY "tenantId", "userId", key ORDER BY "createdAt", id) AS place
            FROM key_of_filter) numbered
        WHERE place > 1
        ORDER BY "createdAt", id
    LOOP
        number := 1;
        LOOP
            number := number + 1;
            candidate := ' (' || number || ')';
            EXIT WHEN NOT EXISTS (
                SELECT FROM key_of_filter
                WHERE "tenantId" = twin."tenantId" AND "userId" = twin."userId"
                    AND key = trim(left(twin.key, 95)) || candidate);
        END LOOP;
        UPDATE key_of_filter SET key = trim(left(twin.key, 95)) || candidate WHERE id = twin.id;
        UPDATE "saved_filter" SET name = trim(left(twin.name, 95)) || candidate, "version" = "version" + 1
        WHERE id = twin.id;
    END LOOP;
END $$;

-- A tag is kept in one Unicode form: "café" is one tag, however its é is written.
UPDATE "task" SET "tags" = ARRAY(
    SELECT tag FROM (SELECT normalize(tag, NFC) AS tag, min(place) AS place
        FROM unnest("tags") WITH ORDINALITY AS given(tag, place) GROUP BY 1) once ORDER BY place)
WHERE array_to_string("tags", ' ') IS NOT NFC NORMALIZED;
UPDATE "recurrence" SET "tags" = ARRAY(
    SELECT tag FROM (SELECT normalize(tag, NFC) AS tag, min(place) AS place
        FROM unnest("tags") WITH ORDINALITY AS given(tag, place) GROUP BY 1) once ORDER BY place)
WHERE array_to_string("tags", ' ') IS NOT NFC NORMALIZED;
