import type { DefaultReminder as DefaultReminderShape } from '../../domain/reminder-rules/input.ts';
import * as webhooks from '../../domain/reminders/webhooks.ts';
import { call } from '../../resolvers/call.ts';
import * as settings from '../../resolvers/reminders/reminder-settings.ts';
import { urlLength } from '../../shared/validate.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { Me } from '../members/users.ts';
import { ReminderChannelType, ReminderTriggerType } from './reminder-inputs.ts';

const DefaultReminder = builder.objectRef<DefaultReminderShape>('DefaultReminder').implement({
  permission: 'user:read',
  description: 'A reminder that is created for you by default when you give a task a due date.',
  fields: (t) => ({
    trigger: t.expose('trigger', {
      type: ReminderTriggerType,
      description: 'What determines the time of the reminder.',
    }),
    offsetMinutes: t.exposeInt('offsetMinutes', {
      nullable: true,
      description: 'For CUSTOM: the number of minutes before the task is due. Null for other triggers.',
    }),
    timeOfDay: t.exposeString('timeOfDay', {
      nullable: true,
      description:
        'For a task that is due on a whole day: the local time on that day that the trigger is relative to, as `HH:MM`. Null means 09:00.',
    }),
    channel: t.expose('channel', { type: ReminderChannelType, description: 'How the reminder is delivered.' }),
  }),
});

const Webhook = builder.prismaNode('Webhook', {
  permission: 'user:read',
  description:
    'A webhook: the address that your WEBHOOK reminders are posted to. Requests are signed according to the Standard Webhooks specification.',
  id: { field: 'id', description: 'The global id of the webhook.' },
  fields: (t) => ({
    url: t.exposeString('url', { description: 'The URL that reminders are posted to.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the webhook was created.' }),
  }),
});

builder.objectFields(Me, (t) => ({
  defaultReminders: t.field({
    permission: 'user:read',
    type: [DefaultReminder],
    description:
      'The reminders that are created for you by default: when you create a task with a due date, or give a due date to a task that has none.',
    resolve: settings.defaultReminders,
  }),
  wantsReminderMails: t.boolean({
    permission: 'user:read',
    description: 'Whether EMAIL reminders are sent to you. Each of these e-mails has a link that turns them off.',
    resolve: settings.wantsReminderMails,
  }),
  webhook: t.field({
    permission: 'user:read',
    type: Webhook,
    nullable: true,
    description: 'Your webhook in this tenant. Null if you have none.',
    resolve: call(webhooks.findWebhook),
  }),
}));

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'The fields of a new webhook.',
  fields: (t) => ({
    url: t.string({
      required: true,
      maxLength: urlLength,
      description:
        'The URL that reminders are posted to. It must be an http or https URL on the public internet, or one that the operator of the server allows.',
    }),
  }),
});

const CreateWebhookPayload = payload(
  'createWebhook',
  { webhook: { type: Webhook, description: 'The webhook.' } },
  {
    fields: (t) => ({
      secret: t.string({
        description:
          'The secret that requests are signed with. It is only in this payload, and in the payload of a repeated call with the same `idempotencyKey`.',
        resolve: settings.secretOfWebhook,
      }),
    }),
  },
);

const DeleteWebhookPayload = payload('deleteWebhook', {
  webhook: { type: Webhook, description: 'The webhook before it was deleted.' },
});

builder.mutationFields((t) => ({
  createWebhook: t.field({
    permission: 'reminder:write',
    type: CreateWebhookPayload,
    description:
      'Creates the webhook for your reminders in this tenant. CONFLICT if you have a webhook in this tenant.',
    args: {
      input: t.arg({ type: CreateWebhookInput, required: true, description: 'The webhook.' }),
      ...idempotencyKey,
    },
    resolve: call(webhooks.createWebhook),
  }),
  deleteWebhook: t.field({
    permission: 'reminder:write',
    type: DeleteWebhookPayload,
    description:
      'Deletes your webhook. Pending WEBHOOK reminders are posted to the next webhook that you create. If there is none when they are due, they fail.',
    args: { id: t.arg.id({ for: Webhook, required: true, description: 'The id of the webhook.' }), ...idempotencyKey },
    resolve: call(webhooks.deleteWebhook),
  }),
}));
