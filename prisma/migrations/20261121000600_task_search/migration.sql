-- Keys of other types beside the words in one index. Shipped with PostgreSQL, and trusted: no superuser is needed.
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- What is searched: made by src/domain/tasks/words.ts, never by a text search configuration.
ALTER TABLE "task"
    ADD COLUMN "ownWords" TSVECTOR NOT NULL DEFAULT '',
    ADD COLUMN "commentWords" TSVECTOR NOT NULL DEFAULT '';

-- Searches read the whole pending list, so it is kept short.
CREATE INDEX "task_search" ON "task" USING gin ("tenantId", "tags", ("ownWords" || "commentWords")) WITH (gin_pending_list_limit = 256);
