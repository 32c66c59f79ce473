import type { App } from '../../app.ts';
import { HttpFailure, sendHttpRequest } from '../../infra/http/request.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { deliveryId } from '../reminder-rules/moment.ts';
import type { ReminderClaim } from './claim-reminder.ts';
import { taskLink } from './links.ts';
import { signedHeaders } from './webhook-secret.ts';

/** The request to a webhook that takes longer is retried later. */
const answerMs = 10_000;

/** Temporary status codes below 500 (RFC 9110 §15, RFC 6585 §4, RFC 8470). */
const passingStatuses: readonly number[] = [408, 425, 429];

/**
 * Posts a reminder to the webhook of its user; any 2xx status accepts it. Redirects are not followed. @throws
 * HttpFailure, which is final for a permanent status.
 */
export async function postWebhook(
  { config, clock, egress, webhookKey }: Pick<App, 'config' | 'clock' | 'egress' | 'webhookKey'>,
  claim: ReminderClaim,
  signal: AbortSignal,
): Promise<void> {
  const { webhookId, webhookUrl } = claim.recipient;
  if (!webhookId || !webhookUrl) throw new Error('A WEBHOOK reminder was claimed without a webhook.');
  const url = new URL(webhookUrl);
  const body = JSON.stringify(webhookBody(config, claim));
  const message = { webhookId, messageId: deliveryId(claim.row), now: clock.now(), body };
  const headers = { 'content-type': 'application/json', 'user-agent': 'errand', ...signedHeaders(webhookKey, message) };
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  const { tenantId } = claim.row;
  const request = { method: 'POST', url, headers, body, signal: inTime, egress, tenantId };
  const { status } = await sendHttpRequest(request).catch((error: unknown) => {
    if (!inTime.aborted) throw error;
    const reason = signal.aborted ? 'Sending was interrupted.' : 'The webhook did not respond within 10 seconds.';
    throw new HttpFailure('HTTP_UNREACHABLE', reason, { cause: error });
  });
  if (status >= 200 && status < 300) return;
  const isPassing = status >= 500 || passingStatuses.includes(status);
  throw new HttpFailure(isPassing ? 'HTTP_UNREACHABLE' : 'HTTP_REFUSED', `The webhook returned ${status}.`);
}

/** Equal for every attempt, unless the task changes. */
function webhookBody(config: App['config'], { row: reminder, task }: ReminderClaim) {
  const { dueAt, dueDate, dueTimeZone } = task;
  return {
    type: 'reminder.due',
    timestamp: reminder.remindAt,
    data: {
      reminder: { id: encodeGlobalId('Reminder', reminder.id), remindAt: reminder.remindAt },
      task: {
        id: encodeGlobalId('Task', task.id),
        title: task.title,
        due: dueAt && {
          date: dueDate?.toISOString().slice(0, 10) ?? null,
          at: dueDate ? null : dueAt,
          timeZone: dueTimeZone,
        },
        url: taskLink(config, task.id),
      },
    },
  };
}
