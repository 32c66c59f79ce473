import type { App } from '../../src/app.ts';
import { type DueWork, scan, type Work, type WorkContext } from '../../src/domain/work/work.ts';

/** What scans and attempts have at hand, without a queue or a worker. */
export function workContext(app: App, signal = new AbortController().signal): WorkContext {
  return { app, requestId: 'a test', signal };
}

/** Scans now, as the schedule would: only if the condition of the work holds. @returns how much was due, as far as it tells. */
export async function scanNow(app: App, work: Work<object> | DueWork): Promise<number> {
  const text = `SELECT $1::timestamptz AS now, ${work.isDue(app.config)} AS "isDue"`;
  const { rows } = await app.db.query<{ isDue: boolean }>(text, [app.clock.now()]);
  if (!rows[0]?.isDue) return 0;
  if (!('run' in work)) return await scan(workContext(app), work);
  await work.run(workContext(app));
  return 1;
}
