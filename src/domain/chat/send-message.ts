import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { ChatMessage, ChatProposal, Task } from '../../generated/prisma/client.ts';
import { conflict, invalidInput } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { listTasks } from '../tasks/list-tasks.ts';
import { searchFault } from '../tasks/words.ts';
import { createProposedTasks } from './create-proposed-tasks.ts';
import { type HashedProposal, textSchema } from './interpret.ts';
import { type Course, courseOf } from './plan.ts';
import type { Proposal } from './proposal.ts';
import { replyTo } from './reply.ts';
import { lastProposal, messageRecords, proposalRecords, touchConversation } from './store.ts';
import { taskListOf } from './task-query.ts';
import { type Understanding, understand } from './understand.ts';

/** The result of a message: the messages, the proposal, and the tasks that were created or found. */
type MessageOutcome = {
  message: ChatMessage;
  reply: ChatMessage;
  proposal: ChatProposal;
  tasks: Task[];
};

/**
 * Sends a message to Errand. A safe and certain proposal runs immediately, in the transaction that stores the message,
 * and can be undone; any other waits for `confirmProposal` or a "yes". An answer fills in the missing part of the last
 * proposal. @throws AppError `INVALID_INPUT`, `NOT_FOUND`; `FORBIDDEN` without permission for the action; `CONFLICT` if
 * another message came in between.
 */
export async function sendMessage(
  acting: Acting,
  {
    conversationId,
    text,
    idempotencyKey,
  }: { conversationId: string; text: string } & { idempotencyKey?: string | null },
): Promise<MessageOutcome & { changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  const said = validate(textSchema, text, ['text']);
  const last = await readLastProposal(acting, conversationId);
  const understanding = await understand(acting, said, last);
  const course = courseOf(understanding);
  const found = await findTasks(acting, course);
  const call = { operation: 'sendMessage', input: { conversationId, text }, idempotencyKey };
  return change(acting, call, async (tx) => {
    await touchConversation(tx, acting.viewer, conversationId);
    await requireLast(tx, acting.viewer, conversationId, last);
    const message = newMessage(tx, acting, { conversationId, text: said, isFromUser: true });
    await insertRecords(tx, messageRecords, [message]);
    const tasks = course.kind === 'CREATE' ? await createProposedTasks(tx, acting, course.actions) : found;
    const proposal = await keepProposal(tx, message, understanding, course);
    const answer = replyTo(proposal.content as Proposal, course, { tasks, timeZone: acting.viewer.timeZone });
    const reply = newMessage(tx, acting, { conversationId, text: answer, isFromUser: false });
    await insertRecords(tx, messageRecords, [reply]);
    return { message, reply, proposal, tasks };
  });
}

function readLastProposal({ app, viewer }: Acting, conversationId: string): Promise<ChatProposal | null> {
  const where = { tenantId: viewer.tenantId, conversationId, message: { conversation: { userId: viewer.userId } } };
  return app.prisma.chatProposal.findFirst({ where, orderBy: { id: 'desc' } });
}

async function findTasks(acting: Acting, course: Course): Promise<Task[]> {
  if (course.kind !== 'QUERY') return [];
  const { text } = course.action.filter;
  const fault = text === undefined ? null : searchFault(text);
  if (fault) throw invalidInput([{ path: ['text'], message: fault }]);
  return (await listTasks(acting, taskListOf(course.action, acting.viewer.timeZone))).rows;
}

function newMessage(
  tx: Change,
  { viewer }: Acting,
  said: Pick<ChatMessage, 'conversationId' | 'text' | 'isFromUser'>,
): ChatMessage {
  return { id: newId(), tenantId: viewer.tenantId, createdAt: tx.now, ...said };
}

/** Stores the proposal of the message, or ends the proposal that it answers. */
async function keepProposal(
  tx: Change,
  message: ChatMessage,
  understanding: Understanding,
  course: Course,
): Promise<ChatProposal> {
  if (understanding.kind === 'NEW') {
    const proposal = newProposal(tx, message, understanding.proposal, course);
    await insertRecords(tx, proposalRecords, [proposal]);
    return proposal;
  }
  const { open } = understanding;
  return understanding.kind === 'CONFIRM'
    ? saveRecord(tx, proposalRecords, open, { event: 'chatProposal.executed', changes: { changeId: tx.changeId } })
    : saveRecord(tx, proposalRecords, open, { event: 'chatProposal.discarded' });
}

const statuses: Partial<Record<Course['kind'], ChatProposal['status']>> = { CREATE: 'EXECUTED', CONFIRM: 'PENDING' };

function newProposal(
  tx: Change,
  message: ChatMessage,
  { content, hash }: HashedProposal,
  course: Course,
): ChatProposal {
  const status = statuses[course.kind] ?? 'ANSWERED';
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

/** The transaction already holds the lock of the conversation. */
async function requireLast(tx: Change, viewer: Viewer, id: string, last: ChatProposal | null): Promise<void> {
  const now = await lastProposal(tx, viewer, id);
  if (now?.id === last?.id && now?.version === last?.version) return;
  throw conflict('Another message was sent in this conversation at the same moment. Send this one again.');
}
