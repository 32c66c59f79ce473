import type pg from 'pg';

/** Migrates BullMQ's tables, in the schema `bullmq`, to the version of the package. BullMQ is loaded for this. */
export async function migrateQueues(session: pg.Client): Promise<void> {
  const { runMigrations } = await import('bullmq');
  await runMigrations(session);
}
