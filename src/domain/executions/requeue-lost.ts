import { newId } from '../../shared/ids.ts';
import { appendedEvents, move, type RunnerApp } from './move.ts';
import { loggedExecution, loggedStep } from './rows.ts';

/** An execution that a worker can take up, as its job names it. */
export type Runnable = { id: string; version: number; priority: number };

const batchSize = 100;

/**
 * The step that was running when the holder died is in doubt. It is run again if it is replay-safe and has an attempt
 * left; nobody can say what became of any other. An advance renews the lease, so the steps read here are those of the
 * row that is locked here.
 */
const requeue = `
  WITH lost AS MATERIALIZED (
    SELECT * FROM execution WHERE status = 'RUNNING' AND "leaseExpiresAt" < clock_timestamp()
    ORDER BY id LIMIT ${batchSize} FOR NO KEY UPDATE SKIP LOCKED
  ), before AS MATERIALIZED (
    SELECT s.*, s."replaySafe" AND s.attempt < s."maxAttempts" AS "goesOn"
    FROM lost JOIN execution_step s ON s."executionId" = lost.id AND s.status = 'RUNNING'
  ), cut AS (
    UPDATE execution_step s SET
      status = CASE WHEN b."goesOn" THEN 'QUEUED' ELSE 'FAILED' END::"StepStatus",
      "finishedAt" = CASE WHEN b."goesOn" THEN NULL ELSE clock_timestamp() END,
      "errorCode" = CASE WHEN b."goesOn" THEN NULL WHEN b."replaySafe" THEN 'WORKER_LOST' ELSE 'OUTCOME_UNKNOWN' END,
      "errorMessage" = CASE WHEN b."goesOn" THEN NULL
        WHEN b."replaySafe" THEN 'The worker was lost during every attempt.'
        ELSE 'The worker stopped while the step was running. It is unknown whether the step was completed, and repeating it is not safe.' END
    FROM before b WHERE s."executionId" = b."executionId" AND s.position = b.position
    RETURNING s.*
  ), requeued AS (
    UPDATE execution e SET status = 'QUEUED', version = e.version + 1, "leaseExpiresAt" = NULL, "claimedAt" = NULL,
      "currentStep" = NULL, "updatedAt" = clock_timestamp(),
      "ranMs" = e."ranMs" + (extract(epoch FROM e."leaseExpiresAt" - e."claimedAt") * 1000)::int,
      "stepsFinished" = e."stepsFinished" + (SELECT count(*) FROM cut WHERE cut."executionId" = e.id AND cut.status = 'FAILED')
    FROM lost WHERE e.id = lost.id
    RETURNING e.*
  ), logged AS (${appendedEvents(
    `SELECT 1 AS n, cut."tenantId", CASE cut.status WHEN 'QUEUED' THEN 'executionStep.queued' ELSE 'executionStep.failed' END
       AS type, cut.id AS "objectId", ${loggedStep('before', 'lost')} AS before, ${loggedStep('cut', 'requeued')} AS after
     FROM cut JOIN before USING ("executionId", position)
       JOIN lost ON lost.id = cut."executionId" JOIN requeued ON requeued.id = cut."executionId"
     UNION ALL
     SELECT 2, requeued."tenantId", 'execution.queued', requeued.id, ${loggedExecution('lost')}, ${loggedExecution('requeued')}
     FROM requeued JOIN lost USING (id)`,
    { changeId: '$1', requestId: '$2' },
  )})
  SELECT json_agg(json_build_object('id', id, 'version', version, 'priority', priority)) AS runnable,
    (SELECT array_agg(type) FROM logged) AS events
  FROM requeued`;

/** Queues again what a dead or silent worker held. @returns those executions. */
export async function requeueLost(app: RunnerApp, requestId: string): Promise<Runnable[]> {
  const values = [newId(), requestId];
  const row = await move<{ runnable: Runnable[] | null }>(app, { name: 'requeue-lost', text: requeue, values });
  return row?.runnable ?? [];
}

const find = `
  (SELECT id, version, priority FROM execution WHERE status = 'WAITING' AND "wakeAt" <= clock_timestamp()
   ORDER BY "wakeAt" LIMIT 500)
  UNION ALL
  (SELECT id, version, priority FROM execution
   WHERE status = 'QUEUED' AND "updatedAt" < clock_timestamp() - $1::float8 * interval '1 millisecond'
   ORDER BY priority, "createdAt" LIMIT ${batchSize})`;

/**
 * What is to be taken up: executions whose wait is over, and the head of the queue as far as nobody took it for a while.
 * Further back a lost job does no harm yet.
 */
export async function findRunnable(app: RunnerApp): Promise<Runnable[]> {
  const values = [app.config.executions.unclaimedMs];
  const { rows } = await app.db.query<Runnable>({ name: 'find-runnable', text: find, values });
  return rows;
}
