import type { App } from '../../app.ts';
import { calendarHash, newCalendarSecret } from '../../auth/calendar-secrets.ts';
import { authorize } from '../../auth/permissions.ts';
import { isLive } from '../../auth/tokens.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { LoggedFeed } from '../../events/contract.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { changeWithSecret } from '../records/change-with-secret.ts';
import { ownedByUser } from '../records/erasure-rule.ts';
import { insertRecords } from '../records/insert-records.ts';
import { recordEvent } from '../records/record-event.ts';
import { defineRecords } from '../records/record-kind.ts';
import { requireLiveCredential } from '../tenants/lock-credentials.ts';

/** Calendar feeds without their hashes, which are never read. */
export const feedRecords = defineRecords<'calendarFeed', LoggedFeed>({
  kind: 'calendarFeed',
  table: 'calendar_feed',
  noun: 'calendar feed',
  fields: Prisma.CalendarFeedScalarFieldEnum,
  fixed: ['userId', 'tokenId'],
  seen: (user) => `calendar_feed."userId" = ${user}`,
  erasure: ownedByUser('calendar_feed'),
  unread: { fields: ['hash'] },
});

type Keyed = { idempotencyKey?: string | null };
type Owner = Pick<Viewer, 'tenantId' | 'userId'>;

/**
 * Creates the viewer's calendar feed, which replaces an earlier one, and ends with the token that it is created with.
 * Only this result has the secret: a repeated call with the same idempotency key gets null. @throws AppError `FORBIDDEN`.
 */
export async function createCalendarFeed(
  acting: Acting,
  { idempotencyKey }: Keyed,
): Promise<{ calendarFeed: LoggedFeed; secret: string | null; changeId: string }> {
  authorize(acting.viewer, 'token:write');
  authorize(acting.viewer, 'task:read');
  return changeWithSecret(acting, { operation: 'createCalendarFeed', input: {}, idempotencyKey }, async (tx) => {
    const { tenantId, userId, tokenId } = acting.viewer;
    await requireLiveCredential(tx, acting.viewer);
    await closeFeed(tx, { tenantId, userId });
    const secret = newCalendarSecret();
    const calendarFeed: LoggedFeed = { id: newId(), tenantId, userId, tokenId, createdAt: tx.now };
    const hash = calendarHash(acting.app.tokenKey, secret);
    await insertRecords(tx, feedRecords, [calendarFeed], () => ({ hash: `\\x${hash.toString('hex')}` }));
    return { calendarFeed, secret };
  });
}

/** Closes the viewer's calendar feed immediately. @throws AppError `NOT_FOUND` if there is none. */
export async function revokeCalendarFeed(acting: Acting, { idempotencyKey }: Keyed): Promise<{ changeId: string }> {
  authorize(acting.viewer, 'token:write');
  return change(acting, { operation: 'revokeCalendarFeed', input: {}, idempotencyKey }, async (tx) => {
    if (!(await closeFeed(tx, acting.viewer))) throw notFound('A calendar feed of yours');
    return {};
  });
}

/** Closes a calendar feed as part of a larger change. @returns whether one was open. */
export async function closeFeed(tx: Change, { tenantId, userId }: Owner): Promise<boolean> {
  const [before] = await tx.query<LoggedFeed>('delete-feed', remove, [tenantId, userId]);
  if (before) recordEvent(tx, feedRecords, { event: 'calendarFeed.revoked', before, after: null });
  return before !== undefined;
}

/** The viewer's open feed, if any. @throws AppError `FORBIDDEN`. */
export async function findCalendarFeed({ app, viewer }: Acting): Promise<LoggedFeed | null> {
  authorize(viewer, 'token:write');
  const { tenantId, userId } = viewer;
  const values = [tenantId, userId, app.clock.now()];
  const { rows } = await app.db.query<LoggedFeed>({ name: 'find-feed', text: selectFeed, values });
  return rows[0] ?? null;
}

/**
 * The viewer of a calendar secret: a current member with the permission to read tasks and no other. Null if the secret
 * is unknown.
 */
export async function enterCalendar(
  { db, tokenKey, clock }: Pick<App, 'db' | 'tokenKey' | 'clock'>,
  secret: string,
): Promise<Viewer | null> {
  const { rows } = await db.query<Pick<Viewer, 'tenantId' | 'userId' | 'role' | 'timeZone' | 'tokenId'>>({
    name: 'authenticate-feed',
    text: selectViewer,
    values: [calendarHash(tokenKey, secret), clock.now()],
  });
  return rows[0] ? { ...rows[0], scopes: new Set(['task:read'] as const), invitationId: null, expiresAt: null } : null;
}

const remove = `DELETE FROM calendar_feed WHERE "tenantId" = $1 AND "userId" = $2
  RETURNING ${feedRecords.columns}`;

const withToken =
  'calendar_feed LEFT JOIN access_token t ON t."tenantId" = calendar_feed."tenantId" AND t.id = calendar_feed."tokenId"';
/** A feed ends with the token that it was created with, if any. */
const isOpen = (now: string) => `(t.id IS NULL OR ${isLive('t', now)})`;

const selectFeed = `SELECT ${feedRecords.columns} FROM ${withToken}
  WHERE calendar_feed."tenantId" = $1 AND calendar_feed."userId" = $2 AND ${isOpen('$3')}`;

const selectViewer = `
  SELECT m."tenantId", m."userId", calendar_feed.id AS "tokenId", m.role, u."timeZone" FROM ${withToken}
  JOIN membership m ON m."tenantId" = calendar_feed."tenantId" AND m."userId" = calendar_feed."userId"
  JOIN "user" u ON u.id = m."userId"
  WHERE calendar_feed.hash = $1 AND m."removedAt" IS NULL AND ${isOpen('$2')}`;
