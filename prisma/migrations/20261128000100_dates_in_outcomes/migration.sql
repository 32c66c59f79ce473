-- Stored outcomes told dates from strings by the names of their keys. Now a date is {"$date": "…"}, and other keys that
-- begin with $ have another $ (src/shared/outcome-json.ts).
CREATE FUNCTION pg_temp.mark_dates(node jsonb) RETURNS jsonb LANGUAGE plpgsql AS $function$
BEGIN
  RETURN CASE jsonb_typeof(node)
    WHEN 'array' THEN (
      SELECT coalesce(jsonb_agg(pg_temp.mark_dates(item) ORDER BY n), '[]')
      FROM jsonb_array_elements(node) WITH ORDINALITY AS items(item, n))
    WHEN 'object' THEN (
      SELECT coalesce(jsonb_object_agg(
        CASE WHEN starts_with(key, '$') THEN '$' || key ELSE key END,
        CASE
          WHEN key ~ '(At|Date)$' AND jsonb_typeof(field) = 'string'
            AND field #>> '{}' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$' THEN jsonb_build_object('$date', field)
          ELSE pg_temp.mark_dates(field)
        END), '{}')
      FROM jsonb_each(node) AS fields(key, field))
    ELSE node
  END;
END $function$;

UPDATE idempotency_key SET outcome = pg_temp.mark_dates(outcome) WHERE outcome IS NOT NULL;

DROP FUNCTION pg_temp.mark_dates(jsonb);
