-- The words of each comment, so that a change of one comment does not read the texts of the others. Null until they are
-- computed, by the job search.rebuild for comments of an earlier version.
ALTER TABLE "comment" ADD COLUMN     "words" TSVECTOR;

CREATE INDEX "comment_without_words" ON "comment" ("tenantId") WHERE "words" IS NULL AND "deletedAt" IS NULL;

-- Adds the words of a comment to those of others, until there are so many that every write of their task would be slow:
-- the index has an entry for each.
CREATE FUNCTION add_comment_words(kept tsvector, added tsvector) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN pg_column_size(kept || '') < 200000 THEN kept || added ELSE kept END
$$;

CREATE AGGREGATE all_comment_words(tsvector) (SFUNC = add_comment_words, STYPE = tsvector, INITCOND = '', PARALLEL = SAFE);
