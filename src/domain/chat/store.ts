import type { Viewer } from '../../auth/viewer.ts';
import type { ChatMessage, ChatProposal, Conversation } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';

const proposalColumns = `p.id, p."tenantId", p."conversationId", p."messageId", p.status, p.content, p.hash, p."changeId",
  p.version, p."createdAt"`;

export async function insertConversation(tx: Change, conversation: Conversation): Promise<void> {
  await tx.query(
    'insert-conversation',
    'INSERT INTO conversation (id, "tenantId", "userId", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $4)',
    [conversation.id, conversation.tenantId, conversation.userId, conversation.createdAt],
  );
  tx.record({ type: 'conversation.started', objectId: conversation.id, before: null, after: conversation });
}

/** Locks a conversation of the viewer, so that its messages are serialized. @throws AppError `NOT_FOUND`. */
export async function touchConversation(tx: Change, viewer: Viewer, id: string): Promise<void> {
  const touched = await tx.query(
    'touch-conversation',
    'UPDATE conversation SET "updatedAt" = $4 WHERE "tenantId" = $1 AND id = $2 AND "userId" = $3 RETURNING id',
    [viewer.tenantId, id, viewer.userId, tx.now],
  );
  if (touched.length === 0) throw notFound('The conversation');
}

export async function insertMessage(tx: Change, message: ChatMessage): Promise<ChatMessage> {
  await tx.query(
    'insert-chat-message',
    `INSERT INTO chat_message (id, "tenantId", "conversationId", "isFromUser", text, "createdAt")
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [message.id, message.tenantId, message.conversationId, message.isFromUser, message.text, message.createdAt],
  );
  tx.record({ type: 'chatMessage.added', objectId: message.id, before: null, after: message });
  return message;
}

export async function insertProposal(tx: Change, proposal: ChatProposal): Promise<ChatProposal> {
  await tx.query(
    'insert-chat-proposal',
    `INSERT INTO chat_proposal
       (id, "tenantId", "conversationId", "messageId", status, content, hash, "changeId", version, "createdAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      proposal.id,
      proposal.tenantId,
      proposal.conversationId,
      proposal.messageId,
      proposal.status,
      JSON.stringify(proposal.content),
      proposal.hash,
      proposal.changeId,
      proposal.version,
      proposal.createdAt,
    ],
  );
  tx.record({ type: 'chatProposal.made', objectId: proposal.id, before: null, after: proposal });
  return proposal;
}

const selectLast = `SELECT ${proposalColumns} FROM chat_proposal p
  WHERE p."tenantId" = $1 AND p."conversationId" = $2 ORDER BY p.id DESC LIMIT 1 FOR UPDATE`;

/** Locks the latest proposal of a conversation. */
export async function lastProposal(tx: Change, viewer: Viewer, conversationId: string): Promise<ChatProposal | null> {
  const [last] = await tx.query<ChatProposal>('last-chat-proposal', selectLast, [viewer.tenantId, conversationId]);
  return last ?? null;
}

/** Locks a proposal of the viewer. @throws AppError `NOT_FOUND`. */
export async function lockProposal(tx: Change, viewer: Viewer, id: string): Promise<ChatProposal> {
  const [proposal] = await tx.query<ChatProposal>(
    'lock-chat-proposal',
    `SELECT ${proposalColumns} FROM chat_proposal p
     JOIN conversation c ON c."tenantId" = p."tenantId" AND c.id = p."conversationId"
     WHERE p."tenantId" = $1 AND p.id = $2 AND c."userId" = $3 FOR UPDATE OF p`,
    [viewer.tenantId, id, viewer.userId],
  );
  if (!proposal) throw notFound('The proposal');
  return proposal;
}

/** Writes the outcome of a locked proposal. */
export async function settleProposal(
  tx: Change,
  before: ChatProposal,
  outcome: Pick<ChatProposal, 'status' | 'changeId'> & { status: 'EXECUTED' | 'DISCARDED' },
): Promise<ChatProposal> {
  const after = { ...before, ...outcome, version: before.version + 1 };
  await tx.query(
    'settle-chat-proposal',
    'UPDATE chat_proposal SET status = $3, "changeId" = $4, version = $5 WHERE "tenantId" = $1 AND id = $2',
    [after.tenantId, after.id, after.status, after.changeId, after.version],
  );
  const type = after.status === 'EXECUTED' ? 'chatProposal.executed' : 'chatProposal.discarded';
  tx.record({ type, objectId: after.id, before, after });
  return after;
}
