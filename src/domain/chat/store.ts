import type { Viewer } from '../../auth/viewer.ts';
import { type ChatMessage, type ChatProposal, type Conversation, Prisma } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { type ErasureRule, ownedByUser } from '../records/erasure-rule.ts';
import { defineRecords } from '../records/record-kind.ts';

/** Conversations. Each is seen by the user who has it. */
export const conversationRecords = defineRecords<'conversation', Conversation>({
  kind: 'conversation',
  table: 'conversation',
  noun: 'conversation',
  fields: Prisma.ConversationScalarFieldEnum,
  fixed: ['userId'],
  created: 'conversation.started',
  seen: (user) => `conversation."userId" = ${user}`,
  erasure: ownedByUser('conversation'),
});

/** The user of a conversation is the actor of its events. */
const said: ErasureRule = { isTheirs: () => '"actorId" = $2::uuid', rows: 'CASCADE' };

const seenIn = (table: string) => (user: string) =>
  `EXISTS (SELECT FROM conversation
  WHERE conversation."tenantId" = ${table}."tenantId" AND conversation.id = ${table}."conversationId"
    AND conversation."userId" = ${user})`;

/** Messages, which never change. */
export const messageRecords = defineRecords<'chatMessage', ChatMessage>({
  kind: 'chatMessage',
  table: 'chat_message',
  noun: 'message',
  fields: Prisma.ChatMessageScalarFieldEnum,
  fixed: ['conversationId', 'isFromUser', 'text'],
  created: 'chatMessage.added',
  seen: seenIn('chat_message'),
  erasure: said,
});

/** Proposals. A question of Errand's is an ANSWERED one, which can be discarded. */
export const proposalRecords = defineRecords<'chatProposal', ChatProposal>({
  kind: 'chatProposal',
  table: 'chat_proposal',
  noun: 'proposal',
  fields: Prisma.ChatProposalScalarFieldEnum,
  fixed: ['conversationId', 'messageId', 'content', 'hash'],
  created: 'chatProposal.made',
  seen: seenIn('chat_proposal'),
  erasure: said,
  transitions: {
    'chatProposal.executed': { from: ['PENDING'], to: 'EXECUTED' },
    'chatProposal.discarded': { from: ['PENDING', 'ANSWERED'], to: 'DISCARDED' },
  },
});

/** Locks a conversation of the viewer, so that its messages are serialized. @throws AppError `NOT_FOUND`. */
export async function touchConversation(tx: Change, viewer: Viewer, id: string): Promise<void> {
  const touched = await tx.query(
    'touch-conversation',
    'UPDATE conversation SET "updatedAt" = $4 WHERE "tenantId" = $1 AND id = $2 AND "userId" = $3 RETURNING id',
    [viewer.tenantId, id, viewer.userId, tx.now],
  );
  if (touched.length === 0) throw notFound('The conversation');
}

const selectLast = `SELECT ${proposalRecords.columns} FROM chat_proposal
  WHERE "tenantId" = $1 AND "conversationId" = $2 ORDER BY id DESC LIMIT 1 FOR UPDATE`;

/** Locks the latest proposal of a conversation. */
export async function lastProposal(tx: Change, viewer: Viewer, conversationId: string): Promise<ChatProposal | null> {
  const [last] = await tx.query<ChatProposal>('last-chat-proposal', selectLast, [viewer.tenantId, conversationId]);
  return last ?? null;
}
