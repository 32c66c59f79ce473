import { authorize } from '../../auth/permissions.ts';
import type { ChatMessage, Conversation } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { type Reading, readRecord } from '../records/read-records.ts';
import { conversationRecords } from './store.ts';

/** Starts a conversation of the viewer. */
export async function startConversation(
  acting: Acting,
  { idempotencyKey }: { idempotencyKey?: string | null },
): Promise<{ conversation: Conversation; changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  return change(acting, { operation: 'startConversation', input: null, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const conversation = { id: newId(), tenantId, userId, createdAt: tx.now, updatedAt: tx.now };
    await insertRecords(tx, conversationRecords, [conversation]);
    return { conversation };
  });
}

/** A conversation of the viewer. @throws AppError `NOT_FOUND`. */
export async function readConversation(reading: Reading, id: string): Promise<Conversation> {
  authorize(reading.viewer, 'chat:use');
  return readRecord(reading, conversationRecords, id);
}

/** The viewer's 50 conversations with the latest messages. */
export async function listConversations({ app, viewer }: Acting): Promise<Conversation[]> {
  authorize(viewer, 'chat:use');
  const where = { tenantId: viewer.tenantId, userId: viewer.userId };
  return app.prisma.conversation.findMany({ where, orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }], take: 50 });
}

/** The latest 200 messages of a conversation of the viewer, in order. */
export async function listMessages({ app, viewer }: Acting, conversationId: string): Promise<ChatMessage[]> {
  authorize(viewer, 'chat:use');
  const where = { tenantId: viewer.tenantId, conversationId, conversation: { userId: viewer.userId } };
  const latest = await app.prisma.chatMessage.findMany({ where, orderBy: { id: 'desc' }, take: 200 });
  return latest.reverse();
}
