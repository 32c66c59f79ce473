import { newId } from '../../shared/ids.ts';
import type { ExecutionApp } from './append-events.ts';
import { decide } from './decide.ts';
import type { ExecutionStatus } from './state.ts';
import { type StepStateRow, stepStates, toStepState } from './transition.ts';
import { transitionWriter } from './transition-writer.ts';
import { writeTogether } from './write-together.ts';

type Expired = { id: string; status: ExecutionStatus; version: number; steps: StepStateRow[] };

const batchSize = 100;

/** As SQL: whether a row of the table execution has expired. One that was started expires no more. */
export function isExpired(row: string): string {
  return `${row}."startedAt" IS NULL AND ${row}."finishedAt" IS NULL AND ${row}."expiresAt" <= clock_timestamp()`;
}

const expired = `FROM execution WHERE ${isExpired('execution')}`;

/** As SQL: whether there is anything for `expireExecutions`. */
export const hasExpired = `EXISTS (SELECT ${expired})`;

const find = `
  SELECT id, status, version, ${stepStates('execution.id')} AS steps ${expired} ORDER BY "expiresAt" LIMIT $1`;

/** Who has it locked cancels it. */
const write = writeTogether<{ id: string }>(
  transitionWriter({
    name: 'expire-executions',
    where: `e.version = asked.guard AND ${isExpired('e')}`,
    lock: 'SKIP LOCKED',
    result: 'changed.id',
  }),
);

/** Ends executions that nobody has started in time. */
export async function expireExecutions(app: ExecutionApp, requestId: string): Promise<void> {
  const { rows } = await app.db.query<Expired>({ name: 'find-expired', text: find, values: [batchSize] });
  await Promise.all(rows.map((row) => expireOne(app, row, requestId)));
}

/** One that cannot be ended keeps nothing else of the scan from being done. */
async function expireOne(
  app: ExecutionApp,
  { id, status, version, ...row }: Expired,
  requestId: string,
): Promise<void> {
  const steps = row.steps.map((step) => toStepState(step, performance.now()));
  const transition = decide({ status, steps }, { kind: 'EXPIRED' });
  const { leaseMs } = app.config.executions;
  try {
    await write(app, { id, transition, guard: version, leaseMs, changeId: newId(), requestId });
  } catch (err) {
    app.log.error(
      { err, execution: id },
      'An execution that has expired could not be ended. The next scan tries again.',
    );
  }
}
