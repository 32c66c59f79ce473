import { authorize } from '../../auth/permissions.ts';
import type { ChatMessage, ChatProposal, Conversation, Task } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { type Change, change } from '../change.ts';
import { createTaskWithin } from '../tasks/create-task.ts';
import { createTaskSchema } from '../tasks/input.ts';
import { listTasks } from '../tasks/list-tasks.ts';
import { type HashedProposal, interpret, textSchema } from './interpret.ts';
import { type Course, courseOf } from './plan.ts';
import type { Action, Proposal } from './proposal.ts';
import { replyTo } from './reply.ts';
import {
  insertConversation,
  insertMessage,
  insertProposal,
  lockProposal,
  settleProposal,
  touchConversation,
} from './store.ts';
import { taskListOf } from './task-query.ts';

type Keyed = { idempotencyKey?: string | null };

/** What a message led to: what was said, what was understood, and the tasks that were made or found. */
export type MessageOutcome = {
  message: ChatMessage;
  reply: ChatMessage;
  proposal: ChatProposal;
  tasks: Task[];
};

/** Begins a conversation of the viewer's. */
export async function startConversation(
  acting: Acting,
  { idempotencyKey }: Keyed,
): Promise<{ conversation: Conversation; changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  return change(acting, { operation: 'startConversation', input: null, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const conversation = { id: newId(), tenantId, userId, createdAt: tx.now, updatedAt: tx.now };
    await insertConversation(tx, conversation);
    return { conversation };
  });
}

/**
 * Says something to Errand. A safe and confident proposal runs at once, in the transaction that keeps the message, and
 * `undo` takes it back; an unsure one waits for `confirmProposal`.
 * @throws AppError `INVALID_INPUT`, `NOT_FOUND`; `FORBIDDEN` when the viewer may not do what was asked.
 */
export async function sendMessage(
  acting: Acting,
  { conversationId, text, idempotencyKey }: { conversationId: string; text: string } & Keyed,
): Promise<MessageOutcome & { changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  const said = validate(textSchema, text, ['text']);
  const hashed = await interpret(acting, { text: said });
  const course = courseOf(hashed.content);
  const found = await findTasks(acting, course);
  const call = { operation: 'sendMessage', input: { conversationId, text }, idempotencyKey };
  return change(acting, call, async (tx) => {
    await touchConversation(tx, acting.viewer, conversationId);
    const message = await insertMessage(tx, newMessage(tx, acting, { conversationId, text: said, isFromUser: true }));
    const tasks = course.kind === 'CREATE' ? await createTasks(tx, acting, course.actions) : found;
    const proposal = await insertProposal(tx, newProposal(tx, message, hashed, course));
    const answer = replyTo(hashed.content, course, { tasks, timeZone: acting.viewer.timeZone });
    const reply = await insertMessage(tx, newMessage(tx, acting, { conversationId, text: answer, isFromUser: false }));
    return { message, reply, proposal, tasks };
  });
}

type ProposalTarget = { id: string; hash: string } & Keyed;

/**
 * Runs a proposal that waits, if it is still the one that was shown.
 * @throws AppError `NOT_FOUND`; `CONFLICT` when it does not wait any more, or the hash is of another.
 */
export async function confirmProposal(
  acting: Acting,
  { id, hash, idempotencyKey }: ProposalTarget,
): Promise<{ proposal: ChatProposal; tasks: Task[]; changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  return change(acting, { operation: 'confirmProposal', input: { id, hash }, idempotencyKey }, async (tx) => {
    const before = await lockPending(tx, acting, { id, hash });
    const course = courseOf(before.content as Proposal);
    if (course.kind !== 'CONFIRM') throw conflict('There is nothing to confirm in this proposal.');
    const tasks = await createTasks(tx, acting, course.actions);
    const proposal = await settleProposal(tx, before, { status: 'EXECUTED', changeId: tx.changeId });
    return { proposal, tasks };
  });
}

/** Drops a proposal that waits. @throws AppError as `confirmProposal`. */
export async function discardProposal(
  acting: Acting,
  { id, hash, idempotencyKey }: ProposalTarget,
): Promise<{ proposal: ChatProposal; changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  return change(acting, { operation: 'discardProposal', input: { id, hash }, idempotencyKey }, async (tx) => {
    const before = await lockPending(tx, acting, { id, hash });
    return { proposal: await settleProposal(tx, before, { status: 'DISCARDED', changeId: null }) };
  });
}

/** A conversation of the viewer's. @throws AppError `NOT_FOUND`. */
export async function readConversation({ app, viewer }: Acting, id: string): Promise<Conversation> {
  authorize(viewer, 'chat:use');
  const where = { id, tenantId: viewer.tenantId, userId: viewer.userId };
  const conversation = await app.prisma.conversation.findFirst({ where });
  if (!conversation) throw notFound('The conversation');
  return conversation;
}

/** The viewer's conversations, the 50 talked in last. */
export async function listConversations({ app, viewer }: Acting): Promise<Conversation[]> {
  authorize(viewer, 'chat:use');
  const where = { tenantId: viewer.tenantId, userId: viewer.userId };
  return app.prisma.conversation.findMany({ where, orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }], take: 50 });
}

/** The latest 200 messages of a conversation that the viewer has read, in order. */
export async function listMessages({ app, viewer }: Acting, conversationId: string): Promise<ChatMessage[]> {
  const where = { tenantId: viewer.tenantId, conversationId, conversation: { userId: viewer.userId } };
  const latest = await app.prisma.chatMessage.findMany({ where, orderBy: { id: 'desc' }, take: 200 });
  return latest.reverse();
}

async function findTasks(acting: Acting, course: Course): Promise<Task[]> {
  if (course.kind !== 'QUERY') return [];
  return (await listTasks(acting, taskListOf(course.action, acting.viewer.timeZone))).rows;
}

async function createTasks(
  tx: Change,
  { viewer }: Acting,
  actions: readonly Extract<Action, { intent: 'create_task' }>[],
): Promise<Task[]> {
  authorize(viewer, 'task:write');
  const tasks: Task[] = [];
  for (const { title, notes, due, priority, tags } of actions) {
    const at = due && 'at' in due ? { ...due, at: new Date(due.at) } : due;
    const fields = validate(createTaskSchema, { title, notes, due: at, priority, tags }, ['text']);
    tasks.push(await createTaskWithin(tx, viewer, fields));
  }
  return tasks;
}

function newMessage(
  tx: Change,
  { viewer }: Acting,
  said: Pick<ChatMessage, 'conversationId' | 'text' | 'isFromUser'>,
): ChatMessage {
  return { id: newId(), tenantId: viewer.tenantId, createdAt: tx.now, ...said };
}

function newProposal(
  tx: Change,
  message: ChatMessage,
  { content, hash }: HashedProposal,
  course: Course,
): ChatProposal {
  const status = course.kind === 'CREATE' ? 'EXECUTED' : course.kind === 'CONFIRM' ? 'PENDING' : 'ANSWERED';
  return {
    id: newId(),
    tenantId: message.tenantId,
    conversationId: message.conversationId,
    messageId: message.id,
    status,
    content,
    hash,
    changeId: status === 'EXECUTED' ? tx.changeId : null,
    version: 1,
    createdAt: tx.now,
  };
}

async function lockPending(tx: Change, { viewer }: Acting, { id, hash }: ProposalTarget): Promise<ChatProposal> {
  const proposal = await lockProposal(tx, viewer, id);
  if (proposal.status !== 'PENDING') throw conflict(`The proposal is ${proposal.status.toLowerCase()} already.`);
  if (proposal.hash !== hash) throw conflict('The hash is of another proposal than this one. Read it again.');
  return proposal;
}
