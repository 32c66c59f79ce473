import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import { Prisma, type Webhook } from '../../generated/prisma/client.ts';
import { HttpFailure, requireAllowedLiteral } from '../../infra/http/request.ts';
import { conflict, invalidInput } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { httpUrlSchema, validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { change, type Keyed } from '../records/change.ts';
import { deleteRecord } from '../records/delete-records.ts';
import { ownedByUser } from '../records/erasure-rule.ts';
import { insertIfAbsent } from '../records/insert-records.ts';
import { onRecord } from '../records/on-record.ts';
import { defineRecords } from '../records/record-kind.ts';

const inputSchema = z.object({ url: httpUrlSchema });
export type CreateWebhookInput = z.input<typeof inputSchema>;

/** Webhooks. The log never carries their addresses. */
export const webhookRecords = defineRecords<'webhook', Webhook>({
  kind: 'webhook',
  table: 'webhook',
  noun: 'webhook',
  fields: Prisma.WebhookScalarFieldEnum,
  fixed: ['userId', 'url'],
  seen: (user) => `webhook."userId" = ${user}`,
  erasure: ownedByUser('webhook'),
});

/**
 * Creates the viewer's webhook. WEBHOOK reminders that are already pending are sent to it too. @throws AppError
 * `INVALID_INPUT` if it is not a public http address; `CONFLICT` if the viewer already has a webhook.
 */
export async function createWebhook(
  acting: Acting,
  { input, idempotencyKey }: Keyed<CreateWebhookInput>,
): Promise<{ webhook: Webhook; changeId: string }> {
  authorize(acting.viewer, 'reminder:write');
  const { url } = validate(inputSchema, input);
  requireAllowed(acting, url);
  return change(acting, { operation: 'createWebhook', input, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const webhook: Webhook = { id: newId(), tenantId, userId, url, createdAt: tx.now };
    const isOnly = await insertIfAbsent(tx, webhookRecords, webhook);
    if (!isOnly) throw conflict('You already have a webhook. Delete it first.');
    return { webhook };
  });
}

/** Deletes the viewer's webhook. Its secret becomes invalid. @throws AppError `NOT_FOUND`. */
export const deleteWebhook = onRecord(
  webhookRecords,
  { operation: 'deleteWebhook', permission: 'reminder:write' },
  async (tx, webhook) => {
    await deleteRecord(tx, webhookRecords, webhook, 'webhook.deleted');
    return { webhook };
  },
);

/** The viewer's webhook in this tenant, or null. */
export async function findWebhook({ app, viewer }: Acting): Promise<Webhook | null> {
  authorize(viewer, 'user:read');
  const { tenantId, userId } = viewer;
  return app.prisma.webhook.findUnique({ where: { tenantId_userId: { tenantId, userId } } });
}

/** A name that resolves to a private address is refused when it is used; an address is refused here. */
function requireAllowed({ app }: Acting, url: string): void {
  try {
    requireAllowedLiteral(new URL(url), app.egress);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw invalidInput([{ path: ['input', 'url'], message: error.message }]);
  }
}
