import type { App } from '../../app.ts';
import type { Invitation } from '../../generated/prisma/client.ts';
import { type Mailer, MailFailure } from '../../infra/mail/mailer.ts';
import type { SystemActing } from '../records/acting.ts';
import { changeAsSystem } from '../records/change.ts';
import { afterFailure, isExhausted } from '../reminders/retries.ts';
import { type ClaimedInvitation, composeInvitation } from './compose-invitation.ts';
import { invitationColumns, moveInvitation } from './store.ts';

/** A mail server that takes longer than this for one mail is given up, well before the lease ends. */
const attemptMs = 45_000;
const leaseMs = 60_000;

type MailingApp = SystemActing['app'] & Pick<App, 'mailer' | 'config'>;

const claim = `
  UPDATE invitation SET attempts = attempts + 1, version = version + 1,
    "leaseExpiresAt" = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
  FROM tenant, "user"
  WHERE invitation.id = $1 AND version = $2 AND delivery = 'PENDING' AND "acceptedAt" IS NULL AND "revokedAt" IS NULL
    AND tenant.id = "tenantId" AND "user".id = "inviterId"
  RETURNING ${invitationColumns}, "user".name AS "inviterName", tenant.name AS "tenantName"`;

/**
 * Mails an invitation, once, if it is still as the word says; otherwise again after 1, 5 and 15 minutes, and it has
 * FAILED at last. Only when this process dies between the server's acceptance and the commit that follows is the mail
 * sent twice, with the same Message-ID and the same code.
 */
export async function deliverInvitation(
  app: MailingApp,
  { id, version }: { id: string; version: number },
  { requestId, signal }: { requestId: string; signal: AbortSignal },
): Promise<void> {
  const values = [id, version];
  const { rows } = await app.db.query<ClaimedInvitation>({ name: 'claim-invitation', text: claim, values });
  const claimed = rows[0];
  if (!claimed) return;
  const { inviterName: _, tenantName: __, ...invitation } = claimed;
  const failure = await attempt(app, claimed, AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]));
  await changeAsSystem({ app, requestId, tenantId: invitation.tenantId }, async (tx) => ({
    moved: await moveInvitation(tx, invitation, outcome(invitation, failure, tx.now)),
  }));
}

async function attempt(app: MailingApp, claimed: ClaimedInvitation, signal: AbortSignal): Promise<MailFailure | null> {
  if (isExhausted(claimed.attempts - 1)) return new MailFailure('Every attempt was interrupted.', { isFinal: true });
  const mailer: Mailer = app.mailer;
  try {
    await mailer.send(composeInvitation(app, claimed), signal);
    return null;
  } catch (error) {
    if (error instanceof MailFailure) return error;
    throw error;
  }
}

function outcome(
  { attempts }: Invitation,
  failure: MailFailure | null,
  now: Date,
): Parameters<typeof moveInvitation>[2] {
  const over = { nextAttemptAt: null } as const;
  if (!failure) return { event: 'invitation.sent', changes: { ...over, delivery: 'SENT', lastError: null } };
  const { nextAttemptAt, lastError } = afterFailure(attempts, failure, now);
  return nextAttemptAt
    ? { event: 'invitation.deferred', changes: { nextAttemptAt, lastError } }
    : { event: 'invitation.failed', changes: { ...over, delivery: 'FAILED', lastError } };
}
