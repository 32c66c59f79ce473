import type { ExecutionConfig } from '../../src/config/config.ts';
import { claimExecutions, type ExecutionClaim } from '../../src/domain/executions/claim.ts';
import { type ClaimTerms, noTenant } from '../../src/domain/executions/next-executions.ts';
import { runExecution } from '../../src/domain/executions/run-execution.ts';
import { decodeGlobalId } from '../../src/shared/global-id.ts';
import { ExecutionDocument, type ExecutionQuery, SubmitExecutionDocument } from './operations.ts';
import { type Person, type TestApp, testConfig } from './test-app.ts';
import { until } from './until.ts';

export type ExecutionState = NonNullable<ExecutionQuery['execution']>;
type Status = ExecutionState['status'];

/** The default config of executions, but for this. */
export function executionConfig(more: Partial<ExecutionConfig>): ExecutionConfig {
  return { ...testConfig('postgres://localhost/unused').executions, ...more };
}

/** A step that does nothing. */
export const noop = (name: string, more: object = {}) => ({ name, type: 'wait', input: { seconds: 0 }, ...more });

export function uuidOf(id: string): string {
  return decodeGlobalId('Execution', id, ['id']);
}

/** Submits steps as a plan that no other submission is a duplicate of. */
export async function submit(person: Person, steps: object[], more: object = {}): Promise<string> {
  const input = { plan: { steps }, allowDuplicate: true, ...more };
  return (await person.run(SubmitExecutionDocument, { input })).submitExecution.execution.id;
}

export async function read(person: Person, id: string): Promise<ExecutionState> {
  return (await person.run(ExecutionDocument, { id })).execution;
}

export async function reaches(person: Person, id: string, status: Status): Promise<ExecutionState> {
  const look = async () => [await read(person, id)].find((state) => state.status === status);
  return until(look, { what: status });
}

/** Terms of a claim by a worker that runs nothing. */
export const claimTerms = (more: Partial<ClaimTerms> = {}): ClaimTerms => ({
  room: { all: 1, ordinary: 1 },
  holders: [],
  fresh: [],
  after: noTenant,
  ...more,
});

const putFirst = `
  WITH one AS (SELECT id, priority FROM execution WHERE id = $1)
  UPDATE execution e SET "createdAt" = "createdAt" - interval '100 years', priority = 1, "isAwake" = status = 'WAITING'
  FROM one WHERE e.id = one.id AND (status = 'QUEUED' OR "wakeAt" <= clock_timestamp()) RETURNING "tenantId", one.priority`;
const putBack = `UPDATE execution SET "createdAt" = "createdAt" + interval '100 years', priority = $2 WHERE id = $1`;
const lockOthers = `SELECT FROM execution WHERE id <> $1 AND (status = 'QUEUED' OR "isAwake") FOR UPDATE`;
let claiming: Promise<unknown> = Promise.resolve();

/** Claims this execution and no other, as a worker would when it is the next. Null if it is not ready. */
export function claimOf({ app }: Pick<TestApp, 'app'>, id: string): Promise<ExecutionClaim | null> {
  const claimed = claiming.then(async () => {
    const { rows } = await app.db.query<{ tenantId: string; priority: number }>(putFirst, [uuidOf(id)]);
    const [found] = rows;
    if (!found) return null;
    const blocker = await app.db.connect();
    try {
      await blocker.query('BEGIN');
      await blocker.query(lockOthers, [uuidOf(id)]);
      const [claim] = await claimExecutions(app, claimTerms({ fresh: [found.tenantId] }));
      return claim ?? null;
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
      await app.db.query(putBack, [uuidOf(id), found.priority]);
    }
  });
  claiming = claimed.catch(() => {});
  return claimed;
}

/** Runs an execution here and now, without a worker, if it is ready. */
export async function runNow({ app }: Pick<TestApp, 'app'>, id: string, signal = new AbortController().signal) {
  const sentMs = performance.now();
  const claim = await claimOf({ app }, id);
  if (claim) await runExecution(app, claim, { sentMs, signal });
}

/** Runs what a worker would take next. */
export async function runNext({ app }: Pick<TestApp, 'app'>): Promise<void> {
  const sentMs = performance.now();
  const claims = await claimExecutions(app, claimTerms());
  for (const claim of claims) await runExecution(app, claim, { sentMs, signal: new AbortController().signal });
}

/** The types of everything that was recorded of an execution and its steps, in order. */
export async function eventsOf({ app }: Pick<TestApp, 'app'>, id: string): Promise<string[]> {
  const { rows } = await app.db.query<{ type: string }>(
    `SELECT type FROM event WHERE "objectId" = $1 OR after->>'executionId' = $1::text ORDER BY id`,
    [uuidOf(id)],
  );
  return rows.map((row) => row.type);
}
