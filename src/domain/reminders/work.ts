import type { App } from '../../app.ts';
import type { ReminderChannel } from '../../generated/prisma/enums.ts';
import { HttpFailure } from '../../infra/http/request.ts';
import { MailFailure } from '../../infra/mail/mailer.ts';
import { type DueRow, type Job, rowJob } from '../../queues/contract.ts';
import { usualLeaseMs } from '../work/lease.ts';
import { leasedWork } from '../work/leased-work.ts';
import { failureFrom } from '../work/retry.ts';
import { hasDue, takeDue, type WaitingRows } from '../work/take-due.ts';
import { jobsOf } from '../work/work.ts';
import { claimReminder, type ReminderClaim, retry } from './claim-reminder.ts';
import { composeMail } from './compose-mail.ts';
import { postWebhook } from './post-webhook.ts';
import { settleDelivery } from './settle-delivery.ts';

const deliver = rowJob('reminder.deliver', 'reminders');
/** Receivers that others run may be slow, and wait in a queue of their own. */
const post = rowJob('reminder.post', 'webhooks');
const jobOf: Record<ReminderChannel, Job<DueRow>> = { EMAIL: deliver, IN_APP: deliver, WEBHOOK: post };

/** The host of the webhook that a reminder goes to, as a hash, because queues hold no data. */
const hostOfWebhook = `CASE WHEN channel = 'WEBHOOK' THEN (
  SELECT left(md5(lower(substring(url FROM '^[^:]+://([^/?#]*)'))), 16) FROM webhook
  WHERE webhook."tenantId" = reminder."tenantId" AND webhook."userId" = reminder."userId") END`;

const waiting: WaitingRows = {
  table: 'reminder',
  isWaiting: `status = 'PENDING'`,
  maxQueued: 1_000,
  maxOfTenant: 250,
  lane: { column: 'channel', type: 'ReminderChannel' },
  group: hostOfWebhook,
};

/** How a reminder goes out. What resolves was accepted. @throws MailFailure, HttpFailure */
type Send = (app: App, claim: ReminderClaim, signal: AbortSignal) => Promise<void>;

const senders: Record<ReminderChannel, Send> = {
  EMAIL: (app, claim, signal) => app.mailer.send(composeMail(app, claim), signal),
  WEBHOOK: postWebhook,
  // The event that makes it SENT is what its user gets.
  IN_APP: async () => {},
};

/**
 * Sends reminders, each once. The receiver's acceptance makes one SENT; otherwise it is tried again after 1, 5 and 15
 * minutes, and FAILED at last. Only when a process dies between the acceptance and the commit that follows it is a reminder
 * sent twice, with the same Message-ID or webhook-id.
 */
export const reminderWork = leasedWork<ReminderClaim>({
  name: 'reminder',
  jobs: [deliver, post],
  lease: { table: 'reminder', leaseMs: usualLeaseMs },
  retry,
  attemptMs: 60_000,
  isDue: () => hasDue(waiting),
  findDue: async ({ app }) => {
    const taken = await takeDue<DueRow & { channel: ReminderChannel }>(app, waiting);
    return taken.flatMap((row) => jobsOf(jobOf[row.channel], [row]));
  },
  claim: claimReminder,
  perform: ({ app, signal }, claim) => senders[claim.row.channel](app, claim, signal),
  failureOf: (error) => (error instanceof MailFailure || error instanceof HttpFailure ? failureFrom(error) : null),
  settle: settleDelivery,
});
