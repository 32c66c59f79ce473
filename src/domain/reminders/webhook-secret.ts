import { createHmac } from 'node:crypto';

/**
 * The secret of a webhook in the format of Standard Webhooks. It is derived from the server's key and the webhook's id,
 * so it is not stored.
 */
export function webhookSecret(webhookKey: Buffer, id: string): string {
  return `whsec_${secretBytes(webhookKey, id).toString('base64')}`;
}

/** The headers that prove who sent a body and when (Standard Webhooks 1.0). `messageId` is the same for each attempt. */
export function signedHeaders(
  webhookKey: Buffer,
  { webhookId, messageId, now, body }: { webhookId: string; messageId: string; now: Date; body: string },
): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1000).toString();
  const content = `${messageId}.${timestamp}.${body}`;
  const signature = createHmac('sha256', secretBytes(webhookKey, webhookId)).update(content).digest('base64');
  return { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function secretBytes(webhookKey: Buffer, id: string): Buffer {
  return createHmac('sha256', webhookKey).update(id).digest();
}
