import { AppError } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { isReady } from './next-executions.ts';

/** So many submissions are made between two counts, so the bound can be exceeded by as many in each process. */
const perCount = 100;
const retryAfterSeconds = 10;

/** How many more a tenant can submit before its queue is counted, by its access to the database. */
const uncounted = new WeakMap<object, number>();

const count = `
  SELECT count(*)::int AS count FROM (SELECT FROM execution WHERE ${isReady('execution')} AND "tenantId" = $1 LIMIT $2) ready`;

/** @throws AppError `RATE_LIMITED` when so many more executions of the tenant may not wait for a worker. */
export async function requireRoom({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, wanted: number): Promise<void> {
  const left = (uncounted.get(app.db) ?? perCount) - wanted;
  uncounted.set(app.db, left);
  if (left > 0) return;
  const max = app.config.limits.queuedExecutions;
  const values = [viewer.tenantId, max];
  const { rows } = await app.db.query<{ count: number }>({ name: 'count-ready-executions', text: count, values });
  const room = max - (rows[0]?.count ?? 0) - wanted;
  uncounted.set(app.db, Math.min(Math.max(room, 0), perCount));
  if (room >= 0) return;
  const message = `A tenant can have at most ${max} executions that wait for a worker. Submit again when some have started.`;
  throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
}
