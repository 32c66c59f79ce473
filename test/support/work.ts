import type { App } from '../../src/app.ts';
import { scan, type Work, type WorkContext } from '../../src/domain/work/work.ts';

/** What scans and attempts have at hand, without a queue or a worker. */
export function workContext(app: App, signal = new AbortController().signal): WorkContext {
  return { app, requestId: 'a test', signal };
}

/**
 * Scans now, as the schedule would. @returns how much was due. @throws when the condition of the work, without which
 * the schedule does not scan, did not hold although something was due.
 */
export async function scanNow(app: App, work: Work<object>): Promise<number> {
  const text = `SELECT $1::timestamptz AS now, ${work.isDue(app.config)} AS "isDue"`;
  const { rows } = await app.db.query<{ isDue: boolean }>(text, [app.clock.now()]);
  const found = await scan(workContext(app), work);
  if (found > 0 && !rows[0]?.isDue) throw new Error(`isDue of ${work.name} did not hold, and its scan found rows.`);
  return found;
}
