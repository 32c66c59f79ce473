import type { EventType, PendingEvent } from '../../events/contract.ts';
import type { Erasure } from '../../generated/prisma/client.ts';
import type { Change } from './change.ts';

/** What stands in the place of words that were erased. */
export const erasedText = '[erased]';

export type FormerMember = Pick<Erasure, 'tenantId' | 'userId'>;

/**
 * How the words of a former member leave the records of a kind. KEPT: there are none of their own, since such records are
 * the tenant's.
 */
export type ErasureRule =
  | 'KEPT'
  | {
      /** Whether a payload of an event has their words: a condition in SQL about `before` or `after`, for the user `$2`. */
      isTheirs: (payload: 'before' | 'after') => string;
      /**
       * How the rows go: at once, by a function that says how many these were; with the rows that they hang on (CASCADE);
       * or in the steps of the job (LATER).
       */
      rows: ((tx: Change, member: FormerMember) => Promise<number>) | 'CASCADE' | 'LATER';
    };

type Statement = { name: string; sql: string; event?: EventType; values?: readonly unknown[] };

/** Runs a statement for the tenant `$1` and the user `$2`; `values` are the next. With an `event`, records one for each row. */
export async function erase(
  tx: Change,
  { tenantId, userId }: FormerMember,
  { name, sql, event, values = [] }: Statement,
): Promise<number> {
  const rows = await tx.query<{ id: string }>(name, `${sql} RETURNING id`, [tenantId, userId, ...values]);
  if (event) for (const { id } of rows) tx.record(withoutWords(event, id));
  return rows.length;
}

function withoutWords(type: EventType, objectId: string): PendingEvent {
  return { type, objectId, before: null, after: null } as PendingEvent;
}

/** The rule for what is one member's alone, by the column `userId`. */
export function ownedByUser(table: string): ErasureRule {
  const sql = `DELETE FROM ${table} WHERE "tenantId" = $1 AND "userId" = $2`;
  return {
    isTheirs: (payload) => `${payload}->>'userId' = $2::text`,
    rows: (tx, member) => erase(tx, member, { name: `erase-${table}`, sql }),
  };
}

/** What nobody but its creator could see. What was handed over is its new assignee's. */
export const isPrivateRow = `"tenantId" = $1 AND "creatorId" = $2 AND "projectId" IS NULL
  AND coalesce("assigneeId", $2) = $2`;

/** The condition of `isPrivateRow` at the time of an event. */
export function isPrivatePayload(payload: 'before' | 'after'): string {
  return `${payload}->>'creatorId' = $2::text AND ${payload}->>'projectId' IS NULL
      AND coalesce(${payload}->>'assigneeId', $2::text) = $2::text`;
}
