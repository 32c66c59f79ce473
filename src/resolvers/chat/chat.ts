import { authorize } from '../../auth/permissions.ts';
import * as conversations_ from '../../domain/chat/conversations.ts';
import { interpret as interpretText } from '../../domain/chat/interpret.ts';
import type { Proposal } from '../../domain/chat/proposal.ts';
import { sendMessage as send } from '../../domain/chat/send-message.ts';
import { confirmProposal as confirm, discardProposal as discard } from '../../domain/chat/settle-proposal.ts';
import { watchConversation } from '../../domain/chat/watch-conversation.ts';
import type { ChatMessage, ChatProposal, Conversation, Task } from '../../generated/prisma/client.ts';
import type { ProposalStatus } from '../../generated/prisma/enums.ts';
import { decodeGlobalId, encodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';
import { delivered, startCursor } from '../subscriptions.ts';

type Keyed = { idempotencyKey?: string | null };

/** A proposal in the API: a stored one, or the result of `interpret`. */
export type ProposalShape = {
  id: string | null;
  hash: string;
  status: ProposalStatus | null;
  changeId: string | null;
  content: Proposal;
};

export type ExplanationShape = { field: string; start: number; end: number; rule: string };

export type MessageOutcomeShape = {
  changeId: string;
  message: ChatMessage;
  reply: ChatMessage;
  proposal: ProposalShape;
  tasks: Task[];
};

/** Rows that `node` can return. */
export function findConversation<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'chat:use');
  return { id, tenantId: viewer.tenantId, userId: viewer.userId };
}

/** Rows that `node` can return. */
export function findMessage<Id extends string | { in: string[] }>(id: Id, context: RequestContext) {
  const { tenantId, userId } = findConversation(id, context);
  return { id, tenantId, conversation: { tenantId, userId } };
}

export async function interpret(
  _: unknown,
  args: { text: string; now?: Date | null; timeZone?: string | null },
  context: RequestContext,
): Promise<ProposalShape> {
  return { id: null, status: null, changeId: null, ...(await interpretText(context, args)) };
}

export function conversation(_: unknown, { id }: { id: string }, context: RequestContext) {
  return conversations_.readConversation(context, decodeGlobalId('Conversation', id, ['id']));
}

export function conversations(_: unknown, __: unknown, context: RequestContext) {
  return conversations_.listConversations(context);
}

export function messages({ id }: Conversation, _: unknown, context: RequestContext) {
  return conversations_.listMessages(context, id);
}

export async function messageProposal({ id }: ChatMessage, _: unknown, { loaders }: RequestContext) {
  const proposal = await loaders.proposalOfMessage.load(id);
  return proposal && toShape(proposal);
}

export function proposalId({ id }: ProposalShape) {
  return id && encodeGlobalId('ChatProposal', id);
}

export function explanation({ content }: ProposalShape): ExplanationShape[] {
  return content.explanation.map(({ field, span: [start, end], rule }) => ({ field, start, end, rule }));
}

export function startConversation(_: unknown, args: Keyed, context: RequestContext) {
  return conversations_.startConversation(context, args);
}

export async function sendMessage(
  _: unknown,
  args: { conversationId: string; text: string } & Keyed,
  context: RequestContext,
): Promise<MessageOutcomeShape> {
  const conversationId = decodeGlobalId('Conversation', args.conversationId, ['conversationId']);
  const outcome = await send(context, { ...args, conversationId });
  return { ...outcome, proposal: toShape(outcome.proposal) };
}

type ProposalArgs = { id: string; hash: string } & Keyed;

export async function confirmProposal(_: unknown, args: ProposalArgs, context: RequestContext) {
  const id = decodeGlobalId('ChatProposal', args.id, ['id']);
  const confirmed = await confirm(context, { ...args, id });
  return { ...confirmed, proposal: toShape(confirmed.proposal) };
}

export async function discardProposal(_: unknown, args: ProposalArgs, context: RequestContext) {
  const id = decodeGlobalId('ChatProposal', args.id, ['id']);
  const discarded = await discard(context, { ...args, id });
  return { ...discarded, proposal: toShape(discarded.proposal) };
}

export async function conversationUpdated(
  _: unknown,
  { id, after }: { id: string; after?: string | null },
  context: RequestContext,
) {
  const options = {
    id: decodeGlobalId('Conversation', id, ['id']),
    after: startCursor(context, after),
    signal: context.stream.access,
  };
  return delivered(context, await watchConversation(context, options));
}

export function changedProposal({ proposal }: { proposal: ChatProposal }) {
  return toShape(proposal);
}

function toShape({ id, hash, status, changeId, content }: ChatProposal): ProposalShape {
  return { id, hash, status, changeId, content: content as Proposal };
}
