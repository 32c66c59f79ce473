import type pg from 'pg';

/** Brings BullMQ's own tables, in the schema `bullmq`, to the version of the package. BullMQ is loaded for it. */
export async function migrateQueues(session: pg.Client): Promise<void> {
  const { runMigrations } = await import('bullmq');
  await runMigrations(session);
}
