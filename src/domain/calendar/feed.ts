import type { App } from '../../app.ts';
import { calendarHash, newCalendarSecret } from '../../auth/calendar-secrets.ts';
import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { LoggedFeed } from '../../events/contract.ts';
import { notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';

type Keyed = { idempotencyKey?: string | null };
type Owner = Pick<Viewer, 'tenantId' | 'userId'>;

/**
 * Opens the viewer's calendar to whoever has the secret, in place of one that was open. The secret is in this result
 * alone: a repeat by idempotency key has null. @throws AppError `FORBIDDEN`.
 */
export async function createCalendarFeed(
  acting: Acting,
  { idempotencyKey }: Keyed,
): Promise<{ calendarFeed: LoggedFeed; secret: string | null; changeId: string }> {
  authorize(acting.viewer, 'token:write');
  authorize(acting.viewer, 'task:read');
  let secret: string | null = null;
  const made = await change(acting, { operation: 'createCalendarFeed', input: {}, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    await tx.query('lock-member-of-feed', lockMember, [tenantId, userId]);
    await closeFeed(tx, { tenantId, userId });
    secret = newCalendarSecret();
    const calendarFeed: LoggedFeed = { id: newId(), tenantId, userId, createdAt: tx.now };
    const hash = calendarHash(acting.app.tokenKey, secret);
    await tx.query('insert-feed', insert, [calendarFeed.id, tenantId, userId, hash, tx.now]);
    tx.record({ type: 'calendarFeed.created', objectId: calendarFeed.id, before: null, after: calendarFeed });
    return { calendarFeed };
  });
  return { ...made, secret };
}

/** Closes the viewer's calendar at once. @throws AppError `NOT_FOUND` when it is not open. */
export async function revokeCalendarFeed(acting: Acting, { idempotencyKey }: Keyed): Promise<{ changeId: string }> {
  authorize(acting.viewer, 'token:write');
  return change(acting, { operation: 'revokeCalendarFeed', input: {}, idempotencyKey }, async (tx) => {
    if (!(await closeFeed(tx, acting.viewer))) throw notFound('A calendar feed of yours');
    return {};
  });
}

/** The same as a part of a larger change. @returns whether one was open. */
export async function closeFeed(tx: Change, { tenantId, userId }: Owner): Promise<boolean> {
  const [before] = await tx.query<LoggedFeed>('delete-feed', remove, [tenantId, userId]);
  if (before) tx.record({ type: 'calendarFeed.revoked', objectId: before.id, before, after: null });
  return before !== undefined;
}

/** The viewer's open feed, if any. */
export async function findCalendarFeed({ app, viewer }: Acting): Promise<LoggedFeed | null> {
  const { tenantId, userId } = viewer;
  return app.prisma.calendarFeed.findUnique({
    where: { tenantId_userId: { tenantId, userId } },
    omit: { hash: true },
  });
}

/** Who a calendar's secret speaks for: a member of today, who may read tasks and nothing else. Null for an unknown one. */
export async function enterCalendar(
  { db, tokenKey }: Pick<App, 'db' | 'tokenKey'>,
  secret: string,
): Promise<Viewer | null> {
  const { rows } = await db.query<Pick<Viewer, 'tenantId' | 'userId' | 'role' | 'timeZone' | 'tokenId'>>({
    name: 'authenticate-feed',
    text: selectViewer,
    values: [calendarHash(tokenKey, secret)],
  });
  return rows[0] ? { ...rows[0], scopes: new Set(['task:read'] as const), invitationId: null, expiresAt: null } : null;
}

/** Two calls at once are one after the other, so that one feed is left. */
const lockMember = 'SELECT FROM membership WHERE "tenantId" = $1 AND "userId" = $2 FOR NO KEY UPDATE';

const insert = 'INSERT INTO calendar_feed (id, "tenantId", "userId", hash, "createdAt") VALUES ($1, $2, $3, $4, $5)';

const remove = `DELETE FROM calendar_feed WHERE "tenantId" = $1 AND "userId" = $2
  RETURNING id, "tenantId", "userId", "createdAt"`;

const selectViewer = `
  SELECT f."tenantId", f."userId", f.id AS "tokenId", m.role, u."timeZone" FROM calendar_feed f
  JOIN membership m ON m."tenantId" = f."tenantId" AND m."userId" = f."userId"
  JOIN "user" u ON u.id = f."userId"
  WHERE f.hash = $1 AND m."removedAt" IS NULL`;
