-- Soft hyphens and other characters that are not seen no longer part a word, so all words are made again.
INSERT INTO "search_backlog" ("tenantId", "taskId") SELECT "tenantId", id FROM "task" ON CONFLICT DO NOTHING;
