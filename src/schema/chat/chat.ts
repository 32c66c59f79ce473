import { listConversations, readConversation, startConversation } from '../../domain/chat/conversations.ts';
import { messageLength } from '../../domain/chat/interpret.ts';
import type { ConversationStreamItem } from '../../domain/chat/watch-conversation.ts';
import { watchConversation } from '../../domain/chat/watch-conversation.ts';
import { byId, call } from '../../resolvers/call.ts';
import * as chat from '../../resolvers/chat/chat.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { addSubscription, streamPayload } from '../stream.ts';
import { Task } from '../tasks/task-types.ts';
import { Proposal } from './proposals.ts';

const ChatMessage = builder.prismaNode('ChatMessage', {
  permission: 'chat:use',
  description: 'A message in a conversation.',
  id: { field: 'id', description: 'The global id of the message.' },
  fields: (t) => ({
    isFromUser: t.exposeBoolean('isFromUser', {
      description: 'Whether the message is from the user. Otherwise, it is a reply by Errand.',
    }),
    text: t.exposeString('text', { description: 'The text of the message.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the message was sent.' }),
    proposal: t.field({
      type: Proposal,
      nullable: true,
      description: 'The interpretation of the message. Null for a reply by Errand.',
      resolve: chat.messageProposal,
    }),
  }),
});

const Conversation = builder.prismaNode('Conversation', {
  permission: 'chat:use',
  description: 'A conversation between you and Errand. Only you can see it.',
  id: { field: 'id', description: 'The global id of the conversation.' },
  fields: (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the conversation was started.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the last message was sent.' }),
    messages: t.field({
      type: [ChatMessage],
      description: 'The latest 200 messages, the oldest of them first.',
      complexity: { field: 1, multiplier: 20 },
      resolve: chat.messages,
    }),
  }),
});

/** One point for about 0.1 ms of interpreting, as estimated with the texts that take longest. */
const charactersPerPoint = 5;

builder.queryFields((t) => ({
  interpret: t.field({
    permission: 'chat:use',
    type: Proposal,
    nullable: true,
    description: 'Interprets a text without storing or doing anything. The same arguments always give the same result.',
    args: {
      text: t.arg.string({
        required: true,
        maxLength: messageLength,
        description: 'The text in plain language, 1 to 4,000 characters.',
      }),
      now: t.arg({
        type: 'DateTime',
        description: 'The time that words such as "tomorrow" are relative to. The current time by default.',
      }),
      timeZone: t.arg.string({
        description:
          'The IANA name of the time zone in which dates and times are interpreted. Your time zone by default.',
      }),
    },
    complexity: ({ text }) => ({ field: 20 + Math.ceil(text.length / charactersPerPoint), multiplier: 1 }),
    resolve: chat.interpret,
  }),
  conversation: t.field({
    permission: 'chat:use',
    type: Conversation,
    nullable: true,
    description:
      'Finds a conversation of yours by its id. Null, with a NOT_FOUND error, if you have no such conversation.',
    args: { id: t.arg.id({ for: Conversation, required: true, description: 'The id of the conversation.' }) },
    resolve: byId(readConversation),
  }),
  conversations: t.field({
    permission: 'chat:use',
    type: [Conversation],
    nullable: true,
    description: 'Your conversations, the one with the latest message first. At most 50.',
    complexity: { field: 1, multiplier: 20 },
    resolve: call(listConversations),
  }),
}));

const StartConversationPayload = payload('startConversation', {
  conversation: { type: Conversation, description: 'The conversation.' },
});

const SendMessagePayload = payload(
  'sendMessage',
  {
    message: { type: ChatMessage, description: 'Your message.' },
    reply: { type: ChatMessage, description: 'The reply by Errand.' },
    proposal: { type: Proposal, description: 'The interpretation of your message.' },
    tasks: { type: [Task], description: 'The tasks that were created or found.' },
  },
  { description: 'The result of sendMessage. To undo what was done, pass `changeId` to `undo`.' },
);

const ConfirmProposalPayload = payload('confirmProposal', {
  proposal: { type: Proposal, description: 'The proposal.' },
  tasks: { type: [Task], description: 'The tasks that were created.' },
});

const DiscardProposalPayload = payload('discardProposal', {
  proposal: { type: Proposal, description: 'The proposal.' },
});

builder.mutationFields((t) => {
  const proposal = {
    id: t.arg.id({ for: 'ChatProposal', required: true, description: 'The id of the proposal.' }),
    hash: t.arg.string({
      required: true,
      description:
        'The `hash` of the proposal as you have seen it. The operation fails with CONFLICT if it is different.',
    }),
    ...idempotencyKey,
  };
  return {
    startConversation: t.field({
      permission: 'chat:use',
      type: StartConversationPayload,
      description: 'Starts a conversation.',
      args: idempotencyKey,
      resolve: call(startConversation),
    }),
    sendMessage: t.field({
      permission: 'chat:use',
      type: SendMessagePayload,
      description:
        'Sends a message to Errand. What it asks for is done immediately if it is safe and its meaning is certain. Otherwise, the proposal waits for `confirmProposal`.',
      args: {
        conversationId: t.arg.id({ for: Conversation, required: true, description: 'The id of the conversation.' }),
        text: t.arg.string({
          required: true,
          maxLength: messageLength,
          description: 'The text in plain language, 1 to 4,000 characters.',
        }),
        ...idempotencyKey,
      },
      resolve: chat.sendMessage,
    }),
    confirmProposal: t.field({
      permission: 'chat:use',
      type: ConfirmProposalPayload,
      description: 'Executes a pending proposal. CONFLICT if it is no longer pending or if the hash is different.',
      args: proposal,
      resolve: chat.confirmProposal,
    }),
    discardProposal: t.field({
      permission: 'chat:use',
      type: DiscardProposalPayload,
      description: 'Discards a pending proposal. CONFLICT if it is no longer pending or if the hash is different.',
      args: proposal,
      resolve: chat.discardProposal,
    }),
  };
});

type Delivered<K> = Extract<ConversationStreamItem, { kind: K }>;

const MessageAdded = streamPayload<Delivered<'MESSAGE'>>('MessageAdded', {
  description: 'A message was added to the conversation.',
  fields: (t) => ({ message: t.expose('message', { type: ChatMessage, description: 'The message.' }) }),
});

const ProposalChanged = streamPayload<Delivered<'PROPOSAL'>>('ProposalChanged', {
  description: 'A proposal was made, executed or discarded.',
  fields: (t) => ({
    proposal: t.field({ type: Proposal, description: 'The proposal.', resolve: chat.changedProposal }),
  }),
});

addSubscription('conversationUpdated', {
  permission: 'chat:use',
  description: 'New messages and changes of proposals in a conversation of yours.',
  args: builder.args((t) => ({
    id: t.id({ for: Conversation, required: true, description: 'The id of the conversation.' }),
  })),
  payloads: { MESSAGE: MessageAdded, PROPOSAL: ProposalChanged },
  watch: watchConversation,
});
