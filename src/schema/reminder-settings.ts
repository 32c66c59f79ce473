import type { DefaultReminder as DefaultReminderShape } from '../domain/reminders/input.ts';
import type { Webhook as WebhookRow } from '../generated/prisma/client.ts';
import * as settings from '../resolvers/reminder-settings.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { ReminderChannelType, ReminderTriggerType } from './reminder-inputs.ts';
import { Me } from './users.ts';

const DefaultReminder = builder.objectRef<DefaultReminderShape>('DefaultReminder').implement({
  description: 'A reminder that you get of a task with a due unless you say otherwise.',
  fields: (t) => ({
    trigger: t.expose('trigger', { type: ReminderTriggerType, description: 'What decides when it is sent.' }),
    offsetMinutes: t.exposeInt('offsetMinutes', {
      nullable: true,
      description: 'How long before the due a CUSTOM one is.',
    }),
    timeOfDay: t.exposeString('timeOfDay', {
      nullable: true,
      description: 'What time of a whole day counts as the due; null is 09:00.',
    }),
    channel: t.expose('channel', { type: ReminderChannelType, description: 'How it is sent.' }),
  }),
});

const Webhook = builder.node(builder.objectRef<WebhookRow>('Webhook'), {
  description: 'Where your WEBHOOK reminders are posted to. Requests are signed as Standard Webhooks says.',
  id: { resolve: ({ id }) => id, description: 'The global id of the webhook.' },
  fields: (t) => ({
    url: t.exposeString('url', { description: 'The address.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

builder.objectFields(Me, (t) => ({
  defaultReminders: t.field({
    type: [DefaultReminder],
    description: 'What is made for you when you make a task with a due, or give one to a task without.',
    resolve: settings.defaultReminders,
  }),
  wantsReminderMails: t.boolean({
    description: 'Whether EMAIL reminders are sent to you. The link in each of them turns them off.',
    resolve: settings.wantsReminderMails,
  }),
  webhook: t.field({
    type: Webhook,
    nullable: true,
    description: 'Your webhook in this tenant.',
    resolve: settings.viewerWebhook,
  }),
}));

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'A webhook to be made.',
  fields: (t) => ({
    url: t.string({
      required: true,
      description: 'An https or http address on the public internet, or one that the operator allows.',
    }),
  }),
});

type WebhookChange = { changeId: string; webhook: WebhookRow };

const CreateWebhookPayload = builder.objectRef<WebhookChange>('CreateWebhookPayload').implement({
  description: 'The webhook that was made.',
  interfaces: [ChangePayload],
  fields: (t) => ({
    webhook: t.expose('webhook', { type: Webhook, description: 'The webhook.' }),
    secret: t.string({
      description: 'What its requests are signed with. Only this answer has it, and a repeat by idempotencyKey.',
      resolve: settings.secretOfWebhook,
    }),
  }),
});

const DeleteWebhookPayload = builder.objectRef<WebhookChange>('DeleteWebhookPayload').implement({
  description: 'The webhook that was deleted.',
  interfaces: [ChangePayload],
  fields: (t) => ({ webhook: t.expose('webhook', { type: Webhook, description: 'As it was.' }) }),
});

builder.mutationFields((t) => ({
  createWebhook: t.field({
    type: CreateWebhookPayload,
    description: 'Says where your WEBHOOK reminders in this tenant go. CONFLICT when you have a webhook here.',
    args: {
      input: t.arg({ type: CreateWebhookInput, required: true, description: 'The webhook.' }),
      ...idempotencyKey,
    },
    resolve: settings.createWebhook,
  }),
  deleteWebhook: t.field({
    type: DeleteWebhookPayload,
    description: 'Deletes your webhook. Reminders that wait go to the one you make next, or fail.',
    args: { id: t.arg.id({ required: true, description: 'The webhook.' }), ...idempotencyKey },
    resolve: settings.deleteWebhook,
  }),
}));
