import type { ExecutionConfig } from '../../src/config/config.ts';
import { claimExecution, type ExecutionClaim } from '../../src/domain/executions/claim.ts';
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

/** Claims an execution, as its next job would. Null if it is not ready. */
export async function claimOf({ app }: Pick<TestApp, 'app'>, id: string): Promise<ExecutionClaim | null> {
  const { rows } = await app.db.query<{ version: number }>('SELECT version FROM execution WHERE id = $1', [uuidOf(id)]);
  return claimExecution(app, { id: uuidOf(id), version: rows[0]?.version ?? 0, requestId: 'test' });
}

/** Runs an execution here and now, without a queue, as its next job would. */
export async function runNow({ app }: Pick<TestApp, 'app'>, id: string, signal = new AbortController().signal) {
  const { rows } = await app.db.query<{ version: number }>('SELECT version FROM execution WHERE id = $1', [uuidOf(id)]);
  await runExecution(app, { id: uuidOf(id), version: rows[0]?.version ?? 0, requestId: 'test', signal });
}

/** The types of everything that was recorded of an execution and its steps, in order. */
export async function eventsOf({ app }: Pick<TestApp, 'app'>, id: string): Promise<string[]> {
  const { rows } = await app.db.query<{ type: string }>(
    `SELECT type FROM event WHERE "objectId" = $1 OR after->>'executionId' = $1::text ORDER BY id`,
    [uuidOf(id)],
  );
  return rows.map((row) => row.type);
}
