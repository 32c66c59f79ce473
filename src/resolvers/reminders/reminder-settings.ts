import type { Viewer } from '../../auth/viewer.ts';
import type { DefaultReminder } from '../../domain/reminder-rules/input.ts';
import { webhookSecret } from '../../domain/reminders/webhook-secret.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import type { RequestContext } from '../context.ts';

export async function defaultReminders({ userId }: Viewer, _: unknown, { loaders }: RequestContext) {
  return (await loaders.user.load(userId)).defaultReminders as DefaultReminder[];
}

export async function wantsReminderMails({ userId }: Viewer, _: unknown, { loaders }: RequestContext) {
  return (await loaders.user.load(userId)).wantsReminderMails;
}

export function secretOfWebhook({ webhook }: { webhook: Webhook }, _: unknown, { app }: RequestContext) {
  return webhookSecret(app.webhookKey, webhook.id);
}
