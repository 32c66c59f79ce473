import type pg from 'pg';
import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { control, sendBatch } from '../../infra/postgres/batch.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { AppError } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';

/*
 * Runs reads whose cost no index bounds: PostgreSQL cancels them after `config.limits.readMs`, and the client gets
 * QUERY_TOO_EXPENSIVE. The limit is set in their transaction, so that it also works behind a pooler, and applies to
 * nothing else. They have a share of the connections of their own.
 */

type Limits = Pick<App, 'config'>;
type CostlyReading = { app: Pick<App, 'tenants'> & { db: Database } & Limits; viewer: Pick<Viewer, 'tenantId'> };
type Statement = { text: string; values: unknown[]; name?: string };

/** Runs one such statement. */
export async function readWithin<R extends pg.QueryResultRow>(
  { app: { db, tenants, config }, viewer }: CostlyReading,
  statement: Statement,
): Promise<R[]> {
  using _ = await tenants.costlyTurn(viewer.tenantId);
  const client = await db.connect();
  let isBroken = false;
  try {
    const read = { ...statement, name: statement.name ?? '' };
    const limited = [control('BEGIN READ ONLY'), control(limit(config)), read, control('COMMIT')];
    const [, , rows] = await sendBatch(client, limited);
    return rows as R[];
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      isBroken = true;
    });
    throw refusalOf(error);
  } finally {
    client.release(isBroken);
  }
}

/** Runs such reads as part of a change, whose writes have no limit. */
export async function readWithinChange<R>(tx: Change, { config }: Limits, read: () => Promise<R>): Promise<R> {
  await tx.write('', limit(config), []);
  const result = await read().catch((error: unknown) => {
    throw refusalOf(error);
  });
  await tx.write('', 'SET LOCAL statement_timeout TO DEFAULT', []);
  return result;
}

/** PostgreSQL's error code for a cancelled statement. */
const cancelled = '57014';

function refusalOf(error: unknown): unknown {
  if ((error as { code?: unknown } | null)?.code !== cancelled) return error;
  return new AppError(
    'QUERY_TOO_EXPENSIVE',
    'The query was stopped because it exceeded its time limit. Filters by status, by project and by yourself as assignee are fast in every order except RELEVANCE; ranges of due dates are fast in the order DUE; rare tags and words are fast in every order.',
    { cause: error },
  );
}

function limit({ limits }: App['config']): string {
  return `SET LOCAL statement_timeout = ${limits.readMs}`;
}
