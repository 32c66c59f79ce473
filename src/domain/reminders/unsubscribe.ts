import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../../shared/ids.ts';
import type { SystemActing } from '../records/acting.ts';
import { changeAsSystem } from '../records/change.ts';
import { changeUser } from '../tenants/me.ts';

type Member = { tenantId: string; userId: string };

/** A signed token that identifies a member. It can only turn off their reminder e-mails. */
export function unsubscribeToken(key: Buffer, { tenantId, userId }: Member): string {
  return `${tenantId}.${userId}.${macOf(key, { tenantId, userId }).toString('base64url')}`;
}

/** The member whom a token identifies; null if its signature is not valid. */
export function readUnsubscribeToken(key: Buffer, token: string): Member | null {
  const [tenantId = '', userId = '', mac = ''] = token.split('.');
  if (!isId(tenantId) || !isId(userId)) return null;
  const expected = macOf(key, { tenantId, userId });
  const given = Buffer.from(mac, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected) ? { tenantId, userId } : null;
}

function macOf(key: Buffer, { tenantId, userId }: Member): Buffer {
  return createHmac('sha256', key).update(`${tenantId}.${userId}`).digest();
}

/** Turns off the reminder e-mails of a user. A repeated call changes nothing. */
export async function unsubscribe(
  acting: Pick<SystemActing, 'app' | 'requestId'>,
  { tenantId, userId }: Member,
): Promise<void> {
  await changeAsSystem({ ...acting, tenantId }, async (tx) => ({
    user: await changeUser(tx, { tenantId, userId }, { wantsReminderMails: false }),
  }));
}
