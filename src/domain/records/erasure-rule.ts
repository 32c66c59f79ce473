import type { EventType, PendingEvent } from '../../events/contract.ts';
import type { Erasure } from '../../generated/prisma/client.ts';
import type { Change } from './change.ts';

/** The replacement of erased texts. */
export const erasedText = '[erased]';

export type FormerMember = Pick<Erasure, 'tenantId' | 'userId'>;

/**
 * How the personal data of a former member is erased from the records of a kind. KEPT: the records belong to the tenant
 * and contain none.
 */
export type ErasureRule =
  | 'KEPT'
  | {
      /**
       * The SQL condition for a payload of an event (`before` or `after`) with their personal data, for the user `$2`.
       */
      isTheirs: (payload: 'before' | 'after') => string;
      /**
       * How the rows are deleted: immediately, by a function that returns their number; with the rows they depend on
       * (CASCADE); or in the steps of the job (LATER).
       */
      rows: ((tx: Change, member: FormerMember) => Promise<number>) | 'CASCADE' | 'LATER';
    };

type Statement = { name: string; sql: string; event?: EventType; values?: readonly unknown[] };

/**
 * Runs a statement for the tenant `$1` and the user `$2`; `values` follow. With an `event`, records one for each row.
 */
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

/** The rule for records that belong to one member, by the column `userId`. */
export function ownedByUser(table: string): ErasureRule {
  const sql = `DELETE FROM ${table} WHERE "tenantId" = $1 AND "userId" = $2`;
  return {
    isTheirs: (payload) => `${payload}->>'userId' = $2::text`,
    rows: (tx, member) => erase(tx, member, { name: `erase-${table}`, sql }),
  };
}

/** The condition for rows that only their creator could see. Rows that were handed over belong to the new assignee. */
export const isPrivateRow = `"tenantId" = $1 AND "creatorId" = $2 AND "projectId" IS NULL
  AND coalesce("assigneeId", $2) = $2`;

/** The condition of `isPrivateRow` for the payload of an event. */
export function isPrivatePayload(payload: 'before' | 'after'): string {
  return `${payload}->>'creatorId' = $2::text AND ${payload}->>'projectId' IS NULL
      AND coalesce(${payload}->>'assigneeId', $2::text) = $2::text`;
}
