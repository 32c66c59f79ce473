import type pg from 'pg';
import type { App } from '../../app.ts';
import type { ReminderChannel } from '../../generated/prisma/enums.ts';
import { HttpFailure } from '../../infra/http/request.ts';
import { MailFailure } from '../../infra/mail/mailer.ts';
import { type Claim, claimReminder } from './claim-reminder.ts';
import { composeMail } from './compose-mail.ts';
import { holdLease, leaseMs } from './hold-lease.ts';
import { postWebhook } from './post-webhook.ts';
import type { DeliveryFailure } from './retries.ts';
import { settleDelivery } from './settle-delivery.ts';

type DeliveringApp = Parameters<typeof claimReminder>[0]['app'] &
  Pick<App, 'mailer' | 'egress' | 'webhookKey' | 'unsubscribeKey' | 'config'>;

/** How a reminder goes out. What resolves was accepted. @throws MailFailure, HttpFailure */
type Send = (app: DeliveringApp, claim: Claim, signal: AbortSignal) => Promise<void>;

const senders: Record<ReminderChannel, Send> = {
  EMAIL: (app, claim, signal) => app.mailer.send(composeMail(app, claim), signal),
  WEBHOOK: postWebhook,
  // The event that makes it SENT is what its user gets.
  IN_APP: async () => {},
};

/** A receiver that takes longer than this is given up. */
const attemptMs = 60_000;

type Run = { requestId: string; signal: AbortSignal };

/**
 * Sends a reminder, once, if it is still as the word says. The receiver's acceptance makes it SENT; otherwise it is
 * tried again after 1, 5 and 15 minutes, and FAILED at last. Only when this process dies between the acceptance and the
 * commit that follows it is it sent twice, with the same Message-ID or webhook-id.
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
    work: (held) => attempt(app, claim, held),
  });
  await settleDelivery(acting, claim.reminder, failure);
}

async function tenantOf(db: pg.Pool, id: string): Promise<string | undefined> {
  const text = 'SELECT "tenantId" FROM reminder WHERE id = $1';
  const { rows } = await db.query<{ tenantId: string }>({ name: 'tenant-of-reminder', text, values: [id] });
  return rows[0]?.tenantId;
}

async function attempt(app: DeliveringApp, claim: Claim, signal: AbortSignal): Promise<DeliveryFailure | null> {
  try {
    await senders[claim.reminder.channel](app, claim, signal);
    return null;
  } catch (error) {
    if (error instanceof MailFailure || error instanceof HttpFailure) return error;
    throw error;
  }
}
