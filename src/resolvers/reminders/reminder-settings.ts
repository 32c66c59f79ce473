import type { Viewer } from '../../auth/viewer.ts';
import type { DefaultReminder } from '../../domain/reminder-rules/input.ts';
import { webhookSecret } from '../../domain/reminders/webhook-secret.ts';
import * as webhooks from '../../domain/reminders/webhooks.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import { decodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';

type Keyed = { idempotencyKey?: string | null };

export async function defaultReminders({ userId }: Viewer, _: unknown, { loaders }: RequestContext) {
  return (await loaders.user.load(userId)).defaultReminders as DefaultReminder[];
}

export async function wantsReminderMails({ userId }: Viewer, _: unknown, { loaders }: RequestContext) {
  return (await loaders.user.load(userId)).wantsReminderMails;
}

export function viewerWebhook(_: Viewer, __: unknown, context: RequestContext) {
  return webhooks.findWebhook(context);
}

/** Rows that `node` can return: the viewer's own. */
export function findWebhook<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  return { id, tenantId: viewer.tenantId, userId: viewer.userId };
}

export function secretOfWebhook({ webhook }: { webhook: Webhook }, _: unknown, { app }: RequestContext) {
  return webhookSecret(app.webhookKey, webhook.id);
}

export function createWebhook(
  _: unknown,
  args: { input: webhooks.CreateWebhookInput } & Keyed,
  context: RequestContext,
) {
  return webhooks.createWebhook(context, args);
}

export function deleteWebhook(_: unknown, args: { id: string } & Keyed, context: RequestContext) {
  return webhooks.deleteWebhook(context, { ...args, id: decodeGlobalId('Webhook', args.id, ['id']) });
}
