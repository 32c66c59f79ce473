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
  /** On `e`, the execution before the transition, and `asked`. Its own values are $4 and those after it. */
  where: string;
  /** More columns of `held`, the execution before the transition. */
  columns?: string;
  /** On `held`: when the steps go along. Without it, all of them must be where the transition finds them. */
  stepsIf?: string;
  lock?: 'SKIP LOCKED';
  /** What it returns, of `held` and `changed` (the execution after the transition) and `moved` (its steps). */
  result: string;
};

/**
 * A writer of one transition to executions that the statement finds by itself. They are `picked` (k, id, "changeId",
 * "requestId"), the last of these CTEs; $3 and the values after it are theirs and those of `where`.
 */
type PickingWriter = Writer & { picked: string };

/** A transition that is to be written. No execution has two with the same guard in one statement. */
export type Asked = {
  id: string;
  transition: Transition;
  /** The fencing token or the version that the execution must have. */
  guard: number;
  /** The statuses it takes an execution from, when that is more than one. */
  from?: readonly ExecutionStatus[];
  leaseMs: number;
  changeId: string;
  requestId: string;
};

/** Statuses in which an execution answers for duplicates of it. */
const answering = ['QUEUED', 'RUNNING', 'WAITING', 'SUCCEEDED'] as const satisfies ExecutionStatus[];
/**
 * As SQL: until when a holder ran. Of one whose lease is over only the last renewal is known (a worker of the version
 * before wrote none), so that the time until a takeover uses up nothing of the time limit.
 */
const ranUntil = `CASE WHEN e."leaseExpiresAt" < clock_timestamp() THEN coalesce(e."renewedAt", e."claimedAt")
          ELSE clock_timestamp() END`;
const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/** An execution that starts says so before its step does, any other after its steps. */
const recorded = `
  SELECT t.n, moved."tenantId", t.type, moved.id AS "objectId", asked."changeId", asked."requestId",
    ${loggedStep('before', 'held')} AS before, ${loggedStep('moved', 'changed')} AS after
  FROM moved JOIN before USING ("executionId", position) JOIN held ON held.id = moved."executionId" JOIN asked USING (k)
    JOIN transitions t ON t.k = asked.k AND t.position = moved.position JOIN changed ON changed.id = held.id
  UNION ALL
  SELECT CASE changed.status WHEN 'RUNNING' THEN -1 ELSE 1000000 END, changed."tenantId", asked.type, changed.id,
    asked."changeId", asked."requestId", ${loggedExecution('held')}, ${loggedExecution('changed')}
  FROM changed JOIN held USING (id) JOIN asked USING (k) WHERE held.status <> changed.status`;

const askedColumns = `k int, id uuid, "from" "ExecutionStatus"[], "to" "ExecutionStatus", "wakeMs" float8, "currentStep" text,
      "errorCode" text, "errorMessage" text, "leaseMs" float8, type text, guard int, "changeId" uuid, "requestId" text,
      steps json`;

/**
 * The one place that says what each status means for the rows of executions and their steps. The ids are passed as an
 * array too: the planner takes a set for a hundred rows and would scan a small table.
 */
function rowsOf({ picked, where, columns, stepsIf, lock }: Omit<Partial<PickingWriter>, 'name' | 'result'>): string {
  const ids = picked ? 'ARRAY(SELECT id FROM picked)' : '$3::uuid[]';
  const asked = picked ? 'picked, jsonb_to_record($1::jsonb || to_jsonb(picked))' : 'json_to_recordset($1::json)';
  return `
  WITH ${picked ? `RECURSIVE ${picked}, ` : ''}asked AS MATERIALIZED (
    SELECT asked.* FROM ${asked} AS asked(${askedColumns})
  ), transitions AS MATERIALIZED (
    SELECT asked.k, asked.id AS "executionId", t.*
    FROM asked, json_to_recordset(asked.steps) AS t(n int, position int, "from" "StepStatus", "to" "StepStatus", attempt int,
      "waitsFor" "StepWait", "wakeMs" float8, "errorCode" text, "errorMessage" text, type text)
  ), held AS MATERIALIZED (
    SELECT e.*, asked.k${columns ? `, ${columns}` : ''} FROM asked JOIN execution e USING (id)
    WHERE e.id = ANY (${ids}) AND e.status = ANY(asked."from") AND ${where}${
      stepsIf
        ? ''
        : `
      AND NOT EXISTS (
        SELECT FROM transitions t LEFT JOIN execution_step s
          ON s."executionId" = t."executionId" AND s.position = t.position AND s."executionId" = ANY (${ids})
        WHERE t.k = asked.k AND s.status IS DISTINCT FROM t."from")`
    }
    FOR NO KEY UPDATE OF e ${lock ?? ''}
  ), before AS MATERIALIZED (
    SELECT s.* FROM held JOIN transitions t USING (k)
      JOIN execution_step s ON s."executionId" = t."executionId" AND s.position = t.position
    WHERE s."executionId" = ANY (${ids}) AND ${stepsIf ?? 'true'}
  ), moved AS (
    UPDATE execution_step s SET status = t."to", attempt = t.attempt,
      "waitsFor" = t."waitsFor",
      "wakeAt" = clock_timestamp() + t."wakeMs" * interval '1 millisecond',
      "errorCode" = coalesce(t."errorCode", CASE t."to" WHEN 'CANCELLED' THEN s."errorCode" END),
      "errorMessage" = coalesce(t."errorMessage", CASE t."to" WHEN 'CANCELLED' THEN s."errorMessage" END),
      "startedAt" = CASE t."to" WHEN 'RUNNING' THEN coalesce(s."startedAt", clock_timestamp()) ELSE s."startedAt" END,
      "finishedAt" = CASE WHEN t."to" IN (${quoted(finalStepStatuses)}) THEN clock_timestamp() END
    FROM before b JOIN held ON held.id = b."executionId" JOIN transitions t ON t.k = held.k AND t.position = b.position
    WHERE b.status = t."from" AND s."executionId" = b."executionId" AND s.position = b.position
      AND s."executionId" = ANY (${ids})
    RETURNING s.*
  ), stored AS (
    INSERT INTO execution_output ("tenantId", "executionId", position, output)
    SELECT moved."tenantId", moved."executionId", moved.position, ($2::text[])[t.k]::json
    FROM moved JOIN held ON held.id = moved."executionId" JOIN transitions t ON t.k = held.k AND t.position = moved.position
    WHERE moved.status = 'SUCCEEDED' AND ($2::text[])[t.k] IS NOT NULL
  ), changed AS (
    UPDATE execution e SET status = asked."to",
      "fencingToken" = e."fencingToken" + (asked."to" = 'RUNNING' AND e.status <> 'RUNNING')::int,
      "leaseExpiresAt" = CASE asked."to" WHEN 'RUNNING' THEN clock_timestamp() + asked."leaseMs" * interval '1 millisecond' END,
      "claimedAt" = CASE WHEN asked."to" = 'RUNNING'
        THEN CASE e.status WHEN 'RUNNING' THEN e."claimedAt" ELSE clock_timestamp() END END,
      "renewedAt" = CASE asked."to" WHEN 'RUNNING' THEN clock_timestamp() END,
      "startedAt" = coalesce(e."startedAt", CASE asked."to" WHEN 'RUNNING' THEN clock_timestamp() END),
      "ranMs" = e."ranMs" + CASE WHEN e.status = 'RUNNING' AND asked."to" <> 'RUNNING'
        THEN (extract(epoch FROM ${ranUntil} - e."claimedAt") * 1000)::int ELSE 0 END,
      "wakeAt" = CASE asked."to" WHEN 'WAITING' THEN clock_timestamp() + asked."wakeMs" * interval '1 millisecond' END,
      "isAwake" = false,
      "currentStep" = coalesce(asked."currentStep",
        (SELECT name FROM moved WHERE moved."executionId" = e.id AND status = 'RUNNING')),
      "errorCode" = asked."errorCode", "errorMessage" = asked."errorMessage",
      "stepsFinished" = e."stepsFinished" + (
        SELECT count(*) FROM moved WHERE moved."executionId" = e.id AND status IN (${quoted(finalStepStatuses)})),
      "cancelRequestedAt" = coalesce(e."cancelRequestedAt", CASE asked."to" WHEN 'CANCELLED' THEN clock_timestamp() END),
      "deduplicationKey" = CASE WHEN asked."to" IN (${quoted(answering)}) THEN e."deduplicationKey" END,
      "finishedAt" = CASE WHEN asked."to" IN (${quoted(finalStatuses)}) THEN clock_timestamp() END,
      "updatedAt" = clock_timestamp(), version = e.version + (e.status <> asked."to")::int
    FROM held JOIN asked USING (k) WHERE e.id = held.id AND e.id = ANY (${ids})
    RETURNING e.*
  )`;
}

/**
 * Statements that write transitions of any number of executions with their events, each by itself a transaction. An
 * execution is changed if it and its steps are where its transition finds them, and `where` holds. The rows returned have
 * the place of the transition, from 1, as `k`, and the types of its events.
 * @throws Error when it is used for a transition that the tables of state.ts do not have.
 */
export function transitionWriter(writer: Writer) {
  const text = textOf(writer);
  return (asked: readonly Asked[], ...conditions: readonly unknown[]): Statement => ({
    name: writer.name,
    text,
    values: [...valuesOf(asked), ...conditions],
  });
}

/** The same for executions that the statement picks. None of the steps succeeds in such a transition. */
export function pickingWriter(writer: PickingWriter) {
  const text = textOf(writer);
  return (asked: Pick<Asked, 'transition' | 'from' | 'leaseMs'>, ...conditions: readonly unknown[]): Statement => ({
    name: writer.name,
    text,
    values: [JSON.stringify(toAsked(asked)), [], ...conditions],
  });
}

function textOf(writer: Writer | PickingWriter): string {
  const events = appendedEvents(recorded, { changeId: 'recorded."changeId"', requestId: 'recorded."requestId"' });
  return `${rowsOf(writer)}, logged AS (${events}, "changeId")
  SELECT asked.k, ${writer.result},
    (SELECT array_agg(type) FROM logged WHERE logged."changeId" = asked."changeId") AS events
  FROM changed JOIN held USING (id) JOIN asked USING (k)`;
}

/** A statement for the transition of an execution that is locked by a `change()`, which records the events it returns. */
export function lockedTransition(transition: Transition, id: string): Statement {
  return { name: 'write-locked-transition', text: lockedText, values: valuesOf([{ transition, id }]) };
}

const lockedText = `${rowsOf({ where: 'true' })}
  SELECT type, "objectId", before::text, after::text FROM (${recorded}) recorded ORDER BY n`;

/** Outputs stand apart: inside of other JSON, PostgreSQL would refuse an escaped NUL. One step runs at a time. */
function valuesOf(asked: readonly (Pick<Asked, 'id' | 'transition'> & Partial<Asked>)[]): unknown[] {
  const outputs = asked.map(({ transition }) => {
    const { output } = transition.steps.find((step) => step.output !== undefined) ?? {};
    return output === undefined ? null : JSON.stringify(output);
  });
  return [
    JSON.stringify(asked.map((one, index) => ({ ...toAsked(one), k: index + 1 }))),
    outputs,
    asked.map(({ id }) => id),
  ];
}

function toAsked({
  transition,
  from = [transition.from],
  ...asked
}: Pick<Asked, 'transition'> & Partial<Asked>): object {
  const { to, steps, error, wakeMs, currentStep } = transition;
  // A RUNNING execution stays so while its steps go on.
  for (const source of from) if (source !== 'RUNNING' || to !== 'RUNNING') requireExecutionTransition(source, to);
  for (const step of steps) requireStepTransition(step.from, step.to);
  const reason = { errorCode: error?.code, errorMessage: error && storable(error.message) };
  return {
    ...asked,
    ...reason,
    from,
    to,
    wakeMs,
    currentStep,
    type: executionEvents[to],
    steps: steps.map(toRow),
  };
}

function toRow({ error, output: _, ...step }: StepTransition, n: number): object {
  const errorMessage = error && storable(error.message);
  return { ...step, n, errorCode: error?.code, errorMessage, type: stepEvents[step.to] };
}

/** PostgreSQL keeps neither a NUL nor half of a surrogate pair in a text. */
function storable(message: string): string {
  return Buffer.from(message.replaceAll('\0', '').slice(0, 2_000)).toString();
}
