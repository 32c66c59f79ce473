import { authorize, type Permission } from '../../auth/permissions.ts';
import type { Kind } from '../../events/contract.ts';
import type { Acting } from './acting.ts';
import { type Change, change } from './change.ts';
import { lockRecord, type Target } from './lock-records.ts';
import type { Records } from './record-kind.ts';

/** A record to change, and the idempotency key of the call. */
export type KeyedTarget = Target & { idempotencyKey?: string | null };

/**
 * An operation on one record: it asks for the permission, and locks the record for `work` in one change.
 * @throws AppError as `lockRecord`, and as `work`.
 */
export function onRecord<Row extends object, Result extends object>(
  records: Records<Kind, Row>,
  { operation, permission }: { operation: string; permission: Permission },
  work: (tx: Change, before: Row, acting: Acting) => Promise<Result>,
): (acting: Acting, target: KeyedTarget) => Promise<Result & { changeId: string }> {
  return async (acting, { id, expectedVersion, idempotencyKey }) => {
    authorize(acting.viewer, permission);
    return change(acting, { operation, input: { id, expectedVersion }, idempotencyKey }, async (tx) => {
      const before = await lockRecord(tx, records, acting.viewer, { id, expectedVersion });
      return work(tx, before, acting);
    });
  };
}
