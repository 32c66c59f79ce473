import type { ExecutionStatus } from '../../generated/prisma/enums.ts';
import { appendedEvents, type Statement } from './append-events.ts';
import { loggedExecution, loggedStep } from './rows.ts';
import {
  executionEvents,
  finalStatuses,
  finalStepStatuses,
  requireExecutionTransition,
  requireStepTransition,
  stepEvents,
} from './state.ts';
import type { StepTransition, Transition } from './transition.ts';

/** Who writes transitions, and under which conditions. */
export type Writer = {
  /** The name of the prepared statement. */
  name: string;
  /** On `e`, the execution before the transition; its own values are $14 and those after it. */
  where: string;
  /** More columns of `held`, the execution before the transition. */
  columns?: string;
  /** The statuses it takes an execution from, when that is more than one. */
  from?: readonly ExecutionStatus[];
  /** On `held`: when the steps go along. Without it, all of them must be where the transition finds them. */
  stepsIf?: string;
  lock?: 'SKIP LOCKED';
  /** What it returns, of `held` and `changed` (the execution after the transition) and `moved` (its steps). */
  result: string;
};
type WrittenFacts = { id: string; leaseMs: number; changeId: string; requestId: string };

/** Statuses in which an execution answers for duplicates of it. */
const answering = ['QUEUED', 'RUNNING', 'WAITING', 'SUCCEEDED'] as const satisfies ExecutionStatus[];
const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/** An execution that starts says so before its step does, any other after its steps. */
const recorded = `
  SELECT t.n, moved."tenantId", t.type, moved.id AS "objectId",
    ${loggedStep('before', 'held')} AS before, ${loggedStep('moved', 'changed')} AS after
  FROM moved JOIN before USING (position) JOIN transitions t USING (position), held, changed
  UNION ALL
  SELECT CASE changed.status WHEN 'RUNNING' THEN -1 ELSE 1000000 END, changed."tenantId", $8, changed.id,
    ${loggedExecution('held')}, ${loggedExecution('changed')}
  FROM changed, held WHERE held.status <> changed.status`;

/** The one place that says what each status means for the rows of an execution and its steps. */
function rowsOf({ where, columns, stepsIf, lock }: Omit<Writer, 'name' | 'result'>): string {
  return `
  WITH transitions AS MATERIALIZED (
    SELECT * FROM json_to_recordset($10::json) AS t(n int, position int, "from" "StepStatus", "to" "StepStatus", attempt int,
      "waitsFor" "StepWait", "wakeMs" float8, "errorCode" text, "errorMessage" text, type text)
  ), held AS MATERIALIZED (
    SELECT e.*${columns ? `, ${columns}` : ''} FROM execution e
    WHERE e.id = $1 AND e.status = ANY($9::"ExecutionStatus"[]) AND ${where}${
      stepsIf
        ? ''
        : `
      AND NOT EXISTS (
        SELECT FROM transitions t LEFT JOIN execution_step s ON s."executionId" = e.id AND s.position = t.position
        WHERE s.status IS DISTINCT FROM t."from")`
    }
    FOR NO KEY UPDATE OF e ${lock ?? ''}
  ), before AS MATERIALIZED (
    SELECT s.* FROM held JOIN execution_step s ON s."executionId" = held.id JOIN transitions t USING (position)
    WHERE ${stepsIf ?? 'true'}
  ), moved AS (
    UPDATE execution_step s SET status = t."to", attempt = t.attempt,
      output = CASE t."to" WHEN 'SUCCEEDED' THEN $11::json END, "waitsFor" = t."waitsFor", "wakeAt" = clock_timestamp() + t."wakeMs" * interval '1 millisecond',
      "errorCode" = coalesce(t."errorCode", CASE t."to" WHEN 'CANCELLED' THEN s."errorCode" END),
      "errorMessage" = coalesce(t."errorMessage", CASE t."to" WHEN 'CANCELLED' THEN s."errorMessage" END),
      "startedAt" = CASE t."to" WHEN 'RUNNING' THEN coalesce(s."startedAt", clock_timestamp()) ELSE s."startedAt" END,
      "finishedAt" = CASE WHEN t."to" IN (${quoted(finalStepStatuses)}) THEN clock_timestamp() END
    FROM transitions t, before b
    WHERE b.position = t.position AND b.status = t."from"
      AND s."executionId" = b."executionId" AND s.position = b.position
    RETURNING s.*
  ), changed AS (
    UPDATE execution e SET status = $2::text::"ExecutionStatus",
      "fencingToken" = e."fencingToken" + ($2::text = 'RUNNING' AND e.status <> 'RUNNING')::int,
      "leaseExpiresAt" = CASE $2::text WHEN 'RUNNING' THEN clock_timestamp() + $7::float8 * interval '1 millisecond' END,
      "claimedAt" = CASE WHEN $2::text = 'RUNNING'
        THEN CASE e.status WHEN 'RUNNING' THEN e."claimedAt" ELSE clock_timestamp() END END,
      "startedAt" = coalesce(e."startedAt", CASE $2::text WHEN 'RUNNING' THEN clock_timestamp() END),
      "ranMs" = e."ranMs" + CASE WHEN e.status = 'RUNNING' AND $2::text <> 'RUNNING'
        THEN (extract(epoch FROM least(clock_timestamp(), e."leaseExpiresAt") - e."claimedAt") * 1000)::int ELSE 0 END,
      "wakeAt" = CASE $2::text WHEN 'WAITING' THEN clock_timestamp() + $3::float8 * interval '1 millisecond' END,
      "currentStep" = coalesce($4, (SELECT name FROM moved WHERE status = 'RUNNING')),
      "errorCode" = $5, "errorMessage" = $6,
      "stepsFinished" = e."stepsFinished" + (SELECT count(*) FROM moved WHERE status IN (${quoted(finalStepStatuses)})),
      "cancelRequestedAt" = coalesce(e."cancelRequestedAt", CASE $2::text WHEN 'CANCELLED' THEN clock_timestamp() END),
      "deduplicationKey" = CASE WHEN $2::text IN (${quoted(answering)}) THEN e."deduplicationKey" END,
      "finishedAt" = CASE WHEN $2::text IN (${quoted(finalStatuses)}) THEN clock_timestamp() END,
      "updatedAt" = clock_timestamp(), version = e.version + (e.status::text <> $2::text)::int
    FROM held WHERE e.id = held.id
    RETURNING e.*
  )`;
}

/**
 * A statement that writes transitions with their events, by itself a transaction. It changes nothing unless the
 * execution and its steps are where the transition finds them, and `where` holds.
 * @throws Error when it is used for a transition that the tables of state.ts do not have.
 */
export function transitionWriter(writer: Writer) {
  const { name, from } = writer;
  const events = appendedEvents(recorded, { changeId: '$12', requestId: '$13' });
  const text = `${rowsOf(writer)}, logged AS (${events})
  SELECT ${writer.result}, (SELECT array_agg(type) FROM logged) AS events FROM changed JOIN held USING (id)`;
  return (
    transition: Transition,
    { changeId, requestId, ...facts }: WrittenFacts,
    conditions: readonly unknown[],
  ): Statement => ({
    name,
    text,
    values: [...valuesOf(transition, { ...facts, from }), changeId, requestId, ...conditions],
  });
}

/** A statement for the transition of an execution that is locked by a `change()`, which records the events it returns. */
export function lockedTransition(transition: Transition, id: string): Statement {
  const values = valuesOf(transition, { id, leaseMs: null });
  return { name: 'write-locked-transition', text: lockedText, values };
}

const lockedText = `${rowsOf({ where: 'true' })}
  SELECT type, "objectId", before::text, after::text FROM (${recorded}) recorded ORDER BY n`;

type Bound = { id: string; leaseMs: number | null; from?: readonly ExecutionStatus[] | undefined };

function valuesOf(transition: Transition, { id, leaseMs, from = [transition.from] }: Bound): unknown[] {
  const { to, steps, wakeMs, currentStep, error } = transition;
  // A RUNNING execution stays so while its steps go on.
  for (const source of from) if (source !== 'RUNNING' || to !== 'RUNNING') requireExecutionTransition(source, to);
  for (const step of steps) requireStepTransition(step.from, step.to);
  // One step runs at a time. Its output stands apart: inside of other JSON, PostgreSQL would refuse an escaped NUL.
  const { output } = steps.find((step) => step.output !== undefined) ?? {};
  return [
    id,
    to,
    wakeMs ?? null,
    currentStep ?? null,
    error?.code ?? null,
    error ? storable(error.message) : null,
    leaseMs,
    executionEvents[to],
    from,
    JSON.stringify(steps.map(toRow)),
    output === undefined ? null : JSON.stringify(output),
  ];
}

function toRow({ error, output: _, ...step }: StepTransition, n: number): object {
  const errorMessage = error && storable(error.message);
  return { ...step, n, errorCode: error?.code, errorMessage, type: stepEvents[step.to] };
}

/** PostgreSQL keeps neither a NUL nor half of a surrogate pair in a text. */
function storable(message: string): string {
  return Buffer.from(message.replaceAll('\0', '').slice(0, 2_000)).toString();
}
