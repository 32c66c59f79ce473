import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { LoggedWebhook } from '../../events/contract.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import { HttpFailure, requireAllowedLiteral } from '../../infra/http/request.ts';
import { conflict, invalidInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { httpUrlSchema, validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';

const inputSchema = z.object({ url: httpUrlSchema });
export type CreateWebhookInput = z.input<typeof inputSchema>;

const insert = `INSERT INTO webhook (id, "tenantId", "userId", url, "createdAt") VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ("tenantId", "userId") DO NOTHING RETURNING id`;
const remove = `DELETE FROM webhook WHERE "tenantId" = $1 AND id = $2 AND "userId" = $3
  RETURNING id, "tenantId", "userId", url, "createdAt"`;

/**
 * Says where the viewer's WEBHOOK reminders go, those that wait already included.
 * @throws AppError `INVALID_INPUT` for what is no public http address; `CONFLICT` when there is one already.
 */
export async function createWebhook(
  acting: Acting,
  { input, idempotencyKey }: { input: CreateWebhookInput; idempotencyKey?: string | null },
): Promise<{ webhook: Webhook; changeId: string }> {
  authorize(acting.viewer, 'reminder:write');
  const { url } = validate(inputSchema, input);
  requireAllowed(acting, url);
  return change(acting, { operation: 'createWebhook', input, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const webhook: Webhook = { id: newId(), tenantId, userId, url, createdAt: tx.now };
    const inserted = await tx.query('insert-webhook', insert, [webhook.id, tenantId, userId, url, tx.now]);
    if (inserted.length === 0) throw conflict('You already have a webhook. Delete it first.');
    tx.record({ type: 'webhook.created', objectId: webhook.id, before: null, after: logged(webhook) });
    return { webhook };
  });
}

/** Takes the viewer's webhook away; its secret is of no use any more. @throws AppError `NOT_FOUND`. */
export async function deleteWebhook(
  acting: Acting,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null },
): Promise<{ webhook: Webhook; changeId: string }> {
  authorize(acting.viewer, 'reminder:write');
  return change(acting, { operation: 'deleteWebhook', input: { id }, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const [webhook] = await tx.query<Webhook>('delete-webhook', remove, [tenantId, id, userId]);
    if (!webhook) throw notFound('The webhook');
    tx.record({ type: 'webhook.deleted', objectId: id, before: logged(webhook), after: null });
    return { webhook };
  });
}

/** The viewer's webhook in this tenant, or null. */
export async function findWebhook({ app, viewer: { tenantId, userId } }: Acting): Promise<Webhook | null> {
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

function logged({ url: _, ...webhook }: Webhook): LoggedWebhook {
  return webhook;
}
