import type pg from 'pg';
import type { App } from '../../app.ts';
import { type Mailer, MailFailure } from '../../infra/mail/mailer.ts';
import { type Claim, claimReminder } from './claim-reminder.ts';
import { composeMail } from './compose-mail.ts';
import { holdLease, leaseMs } from './hold-lease.ts';
import { settleDelivery } from './settle-delivery.ts';

/** A mail server that takes longer than this for one mail is given up. */
const attemptMs = 60_000;

type DeliveringApp = Parameters<typeof claimReminder>[0]['app'] & Pick<App, 'mailer'>;
type Run = { requestId: string; signal: AbortSignal };

/**
 * Sends a reminder, once, if it is still as the word says. The mail server's acceptance makes it SENT; otherwise it is
 * tried again after 1, 5 and 15 minutes, and FAILED at last. Only when this process dies between the acceptance and the
 * commit that follows it is the mail sent twice, with the same Message-ID.
 */
export async function deliverReminder(
  app: DeliveringApp,
  word: { id: string; version: number },
  { requestId, signal }: Run,
): Promise<void> {
  const tenantId = await tenantOf(app.db, word.id);
  if (!tenantId) return;
  const acting = { app, tenantId, requestId };
  const claim = await claimReminder(acting, word, { leaseMs });
  if (!claim) return;
  const failure = await holdLease(app, claim.reminder, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
    work: (held) => attempt(app.mailer, claim, held),
  });
  await settleDelivery(acting, claim.reminder, failure);
}

async function tenantOf(db: pg.Pool, id: string): Promise<string | undefined> {
  const text = 'SELECT "tenantId" FROM reminder WHERE id = $1';
  const { rows } = await db.query<{ tenantId: string }>({ name: 'tenant-of-reminder', text, values: [id] });
  return rows[0]?.tenantId;
}

async function attempt(mailer: Mailer, claim: Claim, signal: AbortSignal): Promise<MailFailure | null> {
  try {
    await mailer.send(composeMail(claim), signal);
    return null;
  } catch (error) {
    if (error instanceof MailFailure) return error;
    throw error;
  }
}
