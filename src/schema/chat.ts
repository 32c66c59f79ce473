import type { ConversationStreamItem } from '../domain/chat/watch-conversation.ts';
import type {
  Conversation as ConversationRow,
  ChatMessage as MessageRow,
  Task as TaskRow,
} from '../generated/prisma/client.ts';
import * as chat from '../resolvers/chat.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { Proposal } from './proposals.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';
import { Task } from './task-types.ts';

const ChatMessage = builder.node(builder.objectRef<MessageRow>('ChatMessage'), {
  description: 'One thing said in a conversation.',
  id: { resolve: ({ id }) => id, description: 'The global id of the message.' },
  fields: (t) => ({
    isFromUser: t.exposeBoolean('isFromUser', { description: 'Whether you said it, or Errand.' }),
    text: t.exposeString('text', { description: 'What was said.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was said.' }),
    proposal: t.field({
      type: Proposal,
      nullable: true,
      description: 'What Errand understood; null for what Errand said.',
      resolve: chat.messageProposal,
    }),
  }),
});

const Conversation = builder.prismaNode('Conversation', {
  description: 'Your talk with Errand.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => chat.findConversation(id, context),
  fields: (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was begun.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When something was last said.' }),
    messages: t.field({
      type: [ChatMessage],
      description: 'What was said, the latest 200, in order.',
      complexity: { field: 1, multiplier: 20 },
      resolve: chat.messages,
    }),
  }),
});

builder.queryFields((t) => ({
  interpret: t.field({
    type: Proposal,
    description: 'What a text means. Nothing is kept or done, and equal arguments give equal answers.',
    args: {
      text: t.arg.string({ required: true, description: 'Plain words, 1 to 4,000 characters.' }),
      now: t.arg({ type: 'DateTime', description: 'The moment it is said; now unless given.' }),
      timeZone: t.arg.string({ description: 'The IANA zone it is said in; yours unless given.' }),
    },
    resolve: chat.interpret,
  }),
  conversation: t.field({
    type: Conversation,
    nullable: true,
    description: 'Your conversation with this id. Null, with an error, when you have no such conversation.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: chat.conversation,
  }),
  conversations: t.field({
    type: [Conversation],
    description: 'Your conversations, the 50 talked in last.',
    complexity: { field: 1, multiplier: 20 },
    resolve: chat.conversations,
  }),
}));

const StartConversationPayload = builder
  .objectRef<{ changeId: string; conversation: ConversationRow }>('StartConversationPayload')
  .implement({
    description: 'The conversation that was begun.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      conversation: t.expose('conversation', { type: Conversation, description: 'The conversation.' }),
    }),
  });

const SendMessagePayload = builder.objectRef<chat.MessageOutcomeShape>('SendMessagePayload').implement({
  description: 'What a message led to. Give changeId to undo to take back what was done.',
  interfaces: [ChangePayload],
  fields: (t) => ({
    message: t.expose('message', { type: ChatMessage, description: 'What you said.' }),
    reply: t.expose('reply', { type: ChatMessage, description: 'What Errand says.' }),
    proposal: t.expose('proposal', { type: Proposal, description: 'What Errand understood.' }),
    tasks: t.expose('tasks', { type: [Task], description: 'The tasks that were made or found.' }),
  }),
});

const ConfirmProposalPayload = builder
  .objectRef<{ changeId: string; proposal: chat.ProposalShape; tasks: TaskRow[] }>('ConfirmProposalPayload')
  .implement({
    description: 'The proposal that was run.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      proposal: t.expose('proposal', { type: Proposal, description: 'The proposal.' }),
      tasks: t.expose('tasks', { type: [Task], description: 'The tasks that were made.' }),
    }),
  });

const DiscardProposalPayload = builder
  .objectRef<{ changeId: string; proposal: chat.ProposalShape }>('DiscardProposalPayload')
  .implement({
    description: 'The proposal that was dropped.',
    interfaces: [ChangePayload],
    fields: (t) => ({ proposal: t.expose('proposal', { type: Proposal, description: 'The proposal.' }) }),
  });

builder.mutationFields((t) => {
  const proposal = {
    id: t.arg.id({ required: true, description: 'The proposal.' }),
    hash: t.arg.string({ required: true, description: 'Its hash as it was shown.' }),
    ...idempotencyKey,
  };
  return {
    startConversation: t.field({
      type: StartConversationPayload,
      description: 'Begins a conversation.',
      args: idempotencyKey,
      resolve: chat.startConversation,
    }),
    sendMessage: t.field({
      type: SendMessagePayload,
      description:
        'Says something to Errand. What is safe and certain is done at once; what is not waits for confirmProposal.',
      args: {
        conversationId: t.arg.id({ required: true, description: 'The conversation.' }),
        text: t.arg.string({ required: true, description: 'Plain words, 1 to 4,000 characters.' }),
        ...idempotencyKey,
      },
      resolve: chat.sendMessage,
    }),
    confirmProposal: t.field({
      type: ConfirmProposalPayload,
      description: 'Does what a waiting proposal says. CONFLICT when it waits no more, or the hash is of another.',
      args: proposal,
      resolve: chat.confirmProposal,
    }),
    discardProposal: t.field({
      type: DiscardProposalPayload,
      description: 'Drops a waiting proposal.',
      args: proposal,
      resolve: chat.discardProposal,
    }),
  };
});

type Delivered<K> = Extract<ConversationStreamItem, { kind: K }>;

const MessageAdded = builder.objectRef<Delivered<'MESSAGE'>>('MessageAdded').implement({
  description: 'Something was said.',
  interfaces: [StreamPayload],
  fields: (t) => ({ message: t.expose('message', { type: ChatMessage, description: 'What was said.' }) }),
});

const ProposalChanged = builder.objectRef<Delivered<'PROPOSAL'>>('ProposalChanged').implement({
  description: 'Something was proposed, done or dropped.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    proposal: t.field({ type: Proposal, description: 'The proposal.', resolve: chat.changedProposal }),
  }),
});

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  MESSAGE: 'MessageAdded',
  PROPOSAL: 'ProposalChanged',
} as const satisfies Record<ConversationStreamItem['kind'], string>;

builder.subscriptionField('conversationUpdated', (t) =>
  t.field({
    type: builder.unionType('ConversationUpdatedPayload', {
      description: 'What a subscriber to a conversation gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, MessageAdded, ProposalChanged],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'What is said and proposed in a conversation of yours.',
    args: { id: t.arg.id({ required: true, description: 'The conversation.' }), ...afterCursor },
    subscribe: chat.conversationUpdated,
    resolve: (item) => item,
  }),
);
