import type pg from 'pg';
import { newId } from '../../shared/ids.ts';
import { appendedEvents, type ExecutionApp, writeWithEvents } from './append-events.ts';
import type { ClaimId } from './renew-lease.ts';

/** Who writes: one attempt of one step, under one claim. */
export type LogAuthor = ClaimId & { position: number; attempt: number; requestId: string };
/** A piece of text, and when the step wrote it. */
export type LogPiece = { text: string; at: Date };

/** The entries get the execution's next numbers. A stale token, or an attempt that has ended, writes nothing. */
const append = `
  WITH held AS (
    UPDATE execution e SET "logSeq" = e."logSeq" + cardinality($5::text[])
    WHERE e.id = $1 AND e."fencingToken" = $2 AND e.status = 'RUNNING' AND EXISTS (
      SELECT FROM execution_step s
      WHERE s."executionId" = e.id AND s.position = $3 AND s.attempt = $4 AND s.status = 'RUNNING')
    RETURNING e.id, e."tenantId", e."logSeq" - cardinality($5::text[]) AS before
  ), written AS (
    INSERT INTO execution_log ("tenantId", "executionId", seq, step, attempt, text, "loggedAt")
    SELECT held."tenantId", held.id, held.before + piece.n, $3, $4, piece.text, piece.at
    FROM held, unnest($5::text[], $6::timestamptz[]) WITH ORDINALITY AS piece(text, at, n)
  ), logged AS (${appendedEvents(
    `SELECT 1 AS n, held."tenantId", 'execution.logged' AS type, held.id AS "objectId", NULL::jsonb AS before,
       jsonb_build_object('id', held.id, 'tenantId', held."tenantId", 'fromSeq', held.before + 1,
         'toSeq', held.before + cardinality($5::text[])) AS after
     FROM held`,
    { changeId: '$7', requestId: '$8' },
  )})
  SELECT (SELECT array_agg(type) FROM logged) AS events FROM held`;

/** Appends to the execution's log. @returns false when this attempt has nothing to say any more. */
export async function appendLog(app: ExecutionApp, author: LogAuthor, pieces: readonly LogPiece[]): Promise<boolean> {
  const { id, token, position, attempt, requestId } = author;
  const texts = pieces.map((piece) => piece.text);
  const times = pieces.map((piece) => piece.at);
  const values = [id, token, position, attempt, texts, times, newId(), requestId];
  return (
    (await writeWithEvents<pg.QueryResultRow>(app, { name: 'append-execution-log', text: append, values })) !== null
  );
}
