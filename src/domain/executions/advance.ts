import type { ExecutionStatus, StepStatus, StepWait } from '../../generated/prisma/enums.ts';
import { appendedEvents, move, type RunnerApp } from './move.ts';
import { loggedExecution, loggedStep } from './rows.ts';
import { executionEvents, finalStatuses, requireExecutionMove, requireStepMove, stepEvents } from './state.ts';

/** A step's move, with what it leaves in the row. */
export type StepMove = {
  position: number;
  from: StepStatus;
  to: StepStatus;
  attempt: number;
  waitsFor?: StepWait;
  /** From now, when a WAITING one goes on. */
  wakeMs?: number;
  output?: unknown;
  error?: RunError;
};
/** Why something ended as it did: a code for programs, a sentence for people. */
export type RunError = { code: string; message: string };

/** What a holder writes at once: moves of steps, and where the execution is after them (RUNNING: where it was). */
export type Advance = {
  id: string;
  token: number;
  changeId: string;
  requestId: string;
  moves: readonly StepMove[];
  to: ExecutionStatus;
  wakeMs?: number;
  currentStep?: string;
  error?: RunError;
};

const finalSteps = ['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED', 'TIMED_OUT'] as const satisfies StepStatus[];
const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
/** Statuses in which an execution answers for duplicates of it. */
const answering = ['QUEUED', 'RUNNING', 'WAITING', 'SUCCEEDED'] as const satisfies ExecutionStatus[];

/**
 * One statement. It does nothing unless the token is the newest, the execution is RUNNING, every step is where the
 * holder believes it to be, and nobody asked for cancellation (then CANCELLED is the only way).
 */
const advanceSql = `
  WITH moves AS MATERIALIZED (
    SELECT * FROM unnest($5::int[], $6::text[], $7::text[], $8::int[], $9::text[], $10::float8[], $11::json[], $12::text[],
      $13::text[], $14::text[]) WITH ORDINALITY
      AS m(position, "from", "to", attempt, "waitsFor", "wakeMs", output, "errorCode", "errorMessage", type, n)
  ), held AS MATERIALIZED (
    SELECT e.* FROM execution e
    WHERE e.id = $1 AND e."fencingToken" = $2 AND e.status = 'RUNNING'
      AND (e."cancelRequestedAt" IS NULL OR $3::text = 'CANCELLED')
      AND NOT EXISTS (
        SELECT FROM moves m LEFT JOIN execution_step s ON s."executionId" = e.id AND s.position = m.position
        WHERE s.status::text IS DISTINCT FROM m."from")
    FOR NO KEY UPDATE
  ), before AS MATERIALIZED (
    SELECT s.* FROM held JOIN execution_step s ON s."executionId" = held.id AND s.position = ANY($5::int[])
  ), moved AS (
    UPDATE execution_step s SET status = m."to"::"StepStatus", attempt = m.attempt, output = m.output,
      "waitsFor" = m."waitsFor"::"StepWait", "wakeAt" = clock_timestamp() + m."wakeMs" * interval '1 millisecond',
      "errorCode" = m."errorCode", "errorMessage" = m."errorMessage",
      "startedAt" = CASE m."to" WHEN 'RUNNING' THEN coalesce(s."startedAt", clock_timestamp()) ELSE s."startedAt" END,
      "finishedAt" = CASE WHEN m."to" IN (${quoted(finalSteps)}) THEN clock_timestamp() END
    FROM moves m, held WHERE s."executionId" = held.id AND s.position = m.position
    RETURNING s.*
  ), changed AS (
    UPDATE execution e SET status = $3::text::"ExecutionStatus", "currentStep" = $15, "errorCode" = $16, "errorMessage" = $17,
      "stepsFinished" = e."stepsFinished" + (SELECT count(*) FROM moves WHERE "to" IN (${quoted(finalSteps)})),
      "leaseExpiresAt" = CASE $3::text WHEN 'RUNNING' THEN clock_timestamp() + $18::float8 * interval '1 millisecond' END,
      "claimedAt" = CASE $3::text WHEN 'RUNNING' THEN e."claimedAt" END,
      "ranMs" = e."ranMs" + CASE $3::text WHEN 'RUNNING' THEN 0
        ELSE (extract(epoch FROM clock_timestamp() - e."claimedAt") * 1000)::int END,
      "wakeAt" = CASE $3::text WHEN 'WAITING' THEN clock_timestamp() + $4::float8 * interval '1 millisecond' END,
      "deduplicationKey" = CASE WHEN $3::text IN (${quoted(answering)}) THEN e."deduplicationKey" END,
      "finishedAt" = CASE WHEN $3::text IN (${quoted(finalStatuses)}) THEN clock_timestamp() END,
      "updatedAt" = clock_timestamp(), version = e.version + ($3::text <> 'RUNNING')::int
    FROM held WHERE e.id = held.id
    RETURNING e.*
  ), logged AS (${appendedEvents(
    `SELECT m.n, moved."tenantId", m.type, moved.id AS "objectId",
       ${loggedStep('before', 'held')} AS before, ${loggedStep('moved', 'changed')} AS after
     FROM moved JOIN before USING (position) JOIN moves m USING (position), held, changed
     UNION ALL
     SELECT 1000000, changed."tenantId", $19, changed.id, ${loggedExecution('held')}, ${loggedExecution('changed')}
     FROM changed, held WHERE changed.status <> 'RUNNING'`,
    { changeId: '$20', requestId: '$21' },
  )})
  SELECT changed.version, (SELECT array_agg(type) FROM logged) AS events FROM changed`;

/**
 * Writes what a holder decided. @returns the execution's new version, or null when the writing was refused and nothing
 * changed. @throws Error for a move that the tables of state.ts do not have.
 */
export async function writeAdvance(app: RunnerApp, advance: Advance): Promise<{ version: number } | null> {
  const { moves, to } = advance;
  if (to !== 'RUNNING') requireExecutionMove('RUNNING', to);
  for (const step of moves) requireStepMove(step.from, step.to);
  return move(app, {
    name: 'advance-execution',
    text: advanceSql,
    values: valuesOf(advance, app.config.executions.leaseMs),
  });
}

function valuesOf({ id, token, changeId, requestId, moves, to, wakeMs, currentStep, error }: Advance, leaseMs: number) {
  return [
    id,
    token,
    to,
    wakeMs ?? null,
    moves.map((step) => step.position),
    moves.map((step) => step.from),
    moves.map((step) => step.to),
    moves.map((step) => step.attempt),
    moves.map((step) => step.waitsFor ?? null),
    moves.map((step) => step.wakeMs ?? null),
    moves.map((step) => (step.output === undefined ? null : JSON.stringify(step.output))),
    moves.map((step) => step.error?.code ?? null),
    moves.map((step) => step.error && storable(step.error.message)),
    moves.map((step) => stepEvents[step.to]),
    currentStep ?? null,
    error?.code ?? null,
    error && storable(error.message),
    leaseMs,
    executionEvents[to],
    changeId,
    requestId,
  ];
}

/** PostgreSQL keeps no NUL in a text. */
function storable(message: string): string {
  return message.replaceAll('\0', '').slice(0, 2_000);
}
