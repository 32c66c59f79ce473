import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../../shared/ids.ts';
import type { SystemActing } from '../records/acting.ts';
import { changeAsSystem } from '../records/change.ts';
import { changeUser } from '../tenants/me.ts';

type Member = { tenantId: string; userId: string };

/** Names a member and proves that a mail of ours said so. It turns their reminder mails off and does nothing else. */
export function unsubscribeToken(key: Buffer, { tenantId, userId }: Member): string {
  return `${tenantId}.${userId}.${macOf(key, { tenantId, userId }).toString('base64url')}`;
}

/** The member that a token names; null when it is not one of ours. */
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

/** Turns the reminder mails of a user off, until they turn them on themselves. Again, it changes nothing. */
export async function unsubscribe(
  acting: Pick<SystemActing, 'app' | 'requestId'>,
  { tenantId, userId }: Member,
): Promise<void> {
  await changeAsSystem({ ...acting, tenantId }, async (tx) => ({
    user: await changeUser(tx, { tenantId, userId }, { wantsReminderMails: false }),
  }));
}
