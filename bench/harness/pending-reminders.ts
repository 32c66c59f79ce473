import { insertReminders } from '../../test/support/insert-reminders.ts';
import { seedTasks } from './seed.ts';
import { openWorldBeside, type World } from './world.ts';

/** A database whose owner has tasks, and so many pending reminders, one a minute from the day after tomorrow on. */
export type PendingWorld = World & { taskIds: string[]; remindedTaskIds: string[] };

export async function openPendingWorld(world: World, pending: number): Promise<PendingWorld & AsyncDisposable> {
  const beside = await openWorldBeside(world, `pending_${pending}`);
  const { db, seeded } = beside;
  await seedTasks(db, seeded);
  const { rows } = await db.query<{ id: string }>('SELECT id FROM task ORDER BY id');
  const at = `now() + interval '2 days' + n * interval '1 minute'`;
  const reminders = await insertReminders(db, seeded, { count: pending, at });
  await db.query('VACUUM ANALYZE');
  const remindedTaskIds = reminders.map(({ taskId }) => taskId);
  return { ...beside, taskIds: rows.map(({ id }) => id), remindedTaskIds };
}
