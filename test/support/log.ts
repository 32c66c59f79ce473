import type { App } from '../../src/app.ts';
import { ProjectAudiences } from '../../src/domain/projects/audiences.ts';
import { EventLog } from '../../src/events/event-log.ts';
import { encodeStreamCursor } from '../../src/shared/cursor.ts';
import { until } from './until.ts';

/** The cursor behind everything that is committed by now, once it is numbered. */
export async function numberedHead({ db, events }: Pick<App, 'db' | 'events'>): Promise<string> {
  const selectUnnumbered = 'SELECT FROM event WHERE seq IS NULL LIMIT 1';
  await until(async () => (await db.query(selectUnnumbered)).rowCount === 0);
  return encodeStreamCursor(await events.head());
}

/** The app with a log whose subscribers get a CHECKPOINT at every turn, which tells that they are up to date. */
export function withQuickCheckpoints(app: App): App {
  const events = new EventLog({
    db: app.db,
    tenants: app.tenants,
    hints: app.hints,
    checkpointMs: 20,
    onError: (error) => {
      throw error;
    },
  });
  const audiences = new ProjectAudiences({ db: app.db, events });
  return { ...app, events, audiences, [Symbol.asyncDispose]: () => events[Symbol.asyncDispose]() };
}
