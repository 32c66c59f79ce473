import { AppError } from '../shared/errors.ts';
import { membershipKey } from '../shared/global-id.ts';
import type { Member } from './rates/rate-limits.ts';

/** Bounds what members and tenants hold at the same time in this process. */
export type Slots = {
  /**
   * Takes slots for a member. @returns a function that releases them, once. @throws AppError `RATE_LIMITED` when too
   * few are left.
   */
  take(member: Member, size?: number): () => void;
};

type SlotLimits = {
  perMember: number;
  perTenant: number;
  /** The end of "A member can have at most 50 …", and what to do. */
  message: (size: number) => string;
};

export function createSlots({ perMember, perTenant, message }: SlotLimits): Slots {
  const taken = new Map<string, number>();
  const add = (key: string, size: number) => {
    const count = (taken.get(key) ?? 0) + size;
    if (count > 0) taken.set(key, count);
    else taken.delete(key);
  };
  const refuseBeyond = (limit: number, { who, key, size }: { who: string; key: string; size: number }) => {
    if ((taken.get(key) ?? 0) + size <= limit) return;
    throw new AppError('RATE_LIMITED', `${who} can have at most ${limit} ${message(size)}`);
  };

  return {
    take({ tenantId, userId }, size = 1) {
      const member = membershipKey({ tenantId, userId });
      refuseBeyond(perMember, { who: 'A member', key: member, size });
      refuseBeyond(perTenant, { who: 'The members of a tenant together', key: tenantId, size });
      for (const key of [member, tenantId]) add(key, size);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        for (const key of [member, tenantId]) add(key, -size);
      };
    },
  };
}
