import type {
  AccessToken,
  CalendarFeed,
  ChatMessage,
  ChatProposal,
  Comment,
  Conversation,
  Erasure,
  Execution,
  ExecutionStep,
  Invitation,
  Membership,
  Project,
  Recurrence,
  Reminder,
  SavedFilter,
  Task,
  Transfer,
  User,
  Webhook,
} from '../generated/prisma/client.ts';
import type { StreamCursor } from '../shared/cursor.ts';

/** Every event Errand records and the row it carries. The part before the dot names the object's table. */
export type EventRows = {
  'task.created': Task;
  'task.updated': Task;
  'task.completed': Task;
  'task.reopened': Task;
  'task.deleted': Task;
  'task.restored': Task;
  'task.purged': Task;
  'project.created': LoggedProject;
  'project.updated': LoggedProject;
  'project.archived': LoggedProject;
  'project.restored': LoggedProject;
  'project.memberAdded': LoggedProject;
  'project.memberRemoved': LoggedProject;
  'project.deleted': LoggedProject;
  'comment.created': Comment;
  'comment.updated': Comment;
  'comment.deleted': Comment;
  'comment.restored': Comment;
  'reminder.created': LoggedReminder;
  'reminder.moved': LoggedReminder;
  'reminder.cancelled': LoggedReminder;
  'reminder.expired': LoggedReminder;
  'reminder.restored': LoggedReminder;
  'reminder.retried': LoggedReminder;
  'reminder.sending': LoggedReminder;
  'reminder.deferred': LoggedReminder;
  'reminder.sent': LoggedReminder;
  'reminder.failed': LoggedReminder;
  'reminder.acknowledged': LoggedReminder;
  'webhook.created': LoggedWebhook;
  'webhook.deleted': LoggedWebhook;
  'recurrence.created': Recurrence;
  'recurrence.updated': Recurrence;
  'recurrence.advanced': Recurrence;
  'recurrence.paused': Recurrence;
  'recurrence.resumed': Recurrence;
  'recurrence.completed': Recurrence;
  'recurrence.cancelled': Recurrence;
  'recurrence.restored': Recurrence;
  'user.updated': User;
  'membership.created': Membership;
  'membership.roleChanged': Membership;
  'membership.removed': Membership;
  'erasure.started': LoggedErasure;
  'erasure.finished': LoggedErasure;
  'invitation.created': LoggedInvitation;
  'invitation.sent': LoggedInvitation;
  'invitation.deferred': LoggedInvitation;
  'invitation.failed': LoggedInvitation;
  'invitation.accepted': LoggedInvitation;
  'invitation.revoked': LoggedInvitation;
  'calendarFeed.created': LoggedFeed;
  'calendarFeed.revoked': LoggedFeed;
  'savedFilter.created': SavedFilter;
  'savedFilter.updated': SavedFilter;
  'savedFilter.deleted': SavedFilter;
  'accessToken.created': LoggedToken;
  'accessToken.revoked': LoggedToken;
  'conversation.started': Conversation;
  'chatMessage.added': ChatMessage;
  'chatProposal.made': ChatProposal;
  'chatProposal.executed': ChatProposal;
  'chatProposal.discarded': ChatProposal;
  'execution.queued': LoggedExecution;
  'execution.started': LoggedExecution;
  'execution.waiting': LoggedExecution;
  'execution.succeeded': LoggedExecution;
  'execution.failed': LoggedExecution;
  'execution.partial': LoggedExecution;
  'execution.cancelled': LoggedExecution;
  'execution.timedOut': LoggedExecution;
  'execution.cancelRequested': LoggedExecution;
  'execution.logged': LoggedLogStretch;
  'executionStep.queued': LoggedStep;
  'executionStep.started': LoggedStep;
  'executionStep.waiting': LoggedStep;
  'executionStep.succeeded': LoggedStep;
  'executionStep.failed': LoggedStep;
  'executionStep.skipped': LoggedStep;
  'executionStep.cancelled': LoggedStep;
  'executionStep.timedOut': LoggedStep;
  'transfer.created': LoggedTransfer;
  'transfer.queued': LoggedTransfer;
  'transfer.started': LoggedTransfer;
  'transfer.checked': LoggedTransfer;
  'transfer.progressed': LoggedTransfer;
  'transfer.succeeded': LoggedTransfer;
  'transfer.failed': LoggedTransfer;
  'transfer.cancelled': LoggedTransfer;
};
export type EventType = keyof EventRows;

/** A project as the log shows it: with its members, so that an event tells who saw it before and who does after. */
export type LoggedProject = Project & { memberIds: string[] };

/** A reminder as the log shows it: without the lease, which passes without an event. */
export type LoggedReminder = Omit<Reminder, 'leaseExpiresAt'>;

/** A webhook as the log shows it: without its address, which may itself be a secret. */
export type LoggedWebhook = Omit<Webhook, 'url'>;

/** An execution as the log shows it: without its plan, which never changes, and without the lease, which passes without an event. */
export type LoggedExecution = Omit<
  Execution,
  'plan' | 'deduplicationKey' | 'leaseExpiresAt' | 'claimedAt' | 'ranMs' | 'logSeq'
>;

/** A step as the log shows it: without its output, and with how far its execution is. */
export type LoggedStep = Omit<ExecutionStep, 'output'> & Pick<Execution, 'stepsFinished' | 'stepsTotal'>;

/** A stretch of an execution's log that was written; the text is in the log's own table. `id` is the execution's. */
export type LoggedLogStretch = { id: string; tenantId: string; fromSeq: number; toSeq: number };

/** An invitation as the log shows it: without the lease, which passes without an event. */
export type LoggedInvitation = Omit<Invitation, 'leaseExpiresAt'>;

/** An erasure as the log shows it: without how far it is, which passes without an event. */
export type LoggedErasure = Omit<Erasure, 'position' | 'lastEventId'>;

/** A transfer as the log shows it: without what it is about, and without the lease, which passes without an event. */
export type LoggedTransfer = Omit<Transfer, 'filter' | 'scopes' | 'position' | 'attempts' | 'leaseExpiresAt'>;
/** A calendar feed as the log shows it: without its hash. */
export type LoggedFeed = Omit<CalendarFeed, 'hash'>;

/** A token as the log shows it: without its hash. */
export type LoggedToken = Omit<AccessToken, 'hash'>;

export const eventTypes = [
  'task.created',
  'task.updated',
  'task.completed',
  'task.reopened',
  'task.deleted',
  'task.restored',
  'task.purged',
  'project.created',
  'project.updated',
  'project.archived',
  'project.restored',
  'project.memberAdded',
  'project.memberRemoved',
  'project.deleted',
  'comment.created',
  'comment.updated',
  'comment.deleted',
  'comment.restored',
  'reminder.created',
  'reminder.moved',
  'reminder.cancelled',
  'reminder.expired',
  'reminder.restored',
  'reminder.retried',
  'reminder.sending',
  'reminder.deferred',
  'reminder.sent',
  'reminder.failed',
  'reminder.acknowledged',
  'webhook.created',
  'webhook.deleted',
  'recurrence.created',
  'recurrence.updated',
  'recurrence.advanced',
  'recurrence.paused',
  'recurrence.resumed',
  'recurrence.completed',
  'recurrence.cancelled',
  'recurrence.restored',
  'user.updated',
  'membership.created',
  'membership.roleChanged',
  'membership.removed',
  'erasure.started',
  'erasure.finished',
  'invitation.created',
  'invitation.sent',
  'invitation.deferred',
  'invitation.failed',
  'invitation.accepted',
  'invitation.revoked',
  'calendarFeed.created',
  'calendarFeed.revoked',
  'savedFilter.created',
  'savedFilter.updated',
  'savedFilter.deleted',
  'accessToken.created',
  'accessToken.revoked',
  'conversation.started',
  'chatMessage.added',
  'chatProposal.made',
  'chatProposal.executed',
  'chatProposal.discarded',
  'execution.queued',
  'execution.started',
  'execution.waiting',
  'execution.succeeded',
  'execution.failed',
  'execution.partial',
  'execution.cancelled',
  'execution.timedOut',
  'execution.cancelRequested',
  'execution.logged',
  'executionStep.queued',
  'executionStep.started',
  'executionStep.waiting',
  'executionStep.succeeded',
  'executionStep.failed',
  'executionStep.skipped',
  'executionStep.cancelled',
  'executionStep.timedOut',
  'transfer.created',
  'transfer.queued',
  'transfer.started',
  'transfer.checked',
  'transfer.progressed',
  'transfer.succeeded',
  'transfer.failed',
  'transfer.cancelled',
] as const satisfies readonly EventType[];

type Described<T extends EventType> = {
  type: T;
  objectId: string;
  /** The row before the change; null when the change made it, or its words were erased with their author. */
  before: EventRows[T] | null;
  /** The row after the change; null when the change removed it, or its words were erased with their author. */
  after: EventRows[T] | null;
};

/** An event about to be recorded. */
export type NewEvent = { [T in EventType]: Described<T> }[EventType];

/** An event as a change keeps it until it is written. */
export type PendingEvent = NewEvent & {
  /** Set by an undo: the version of the object whose state it has again; 0 for an object whose creation was undone. */
  restoredVersion?: number;
};

/** An event read from the log. */
export type LoggedEvent = NewEvent & {
  tenantId: string;
  seq: bigint;
  cursor: StreamCursor;
  changeId: string;
  /** The user who did it; null when Errand itself did. */
  actorId: string | null;
  requestId: string;
  occurredAt: Date;
};

export function isTaskEvent(event: LoggedEvent): event is Extract<LoggedEvent, { type: `task.${string}` }> {
  return event.type.startsWith('task.');
}

export function isReminderEvent(event: LoggedEvent): event is Extract<LoggedEvent, { type: `reminder.${string}` }> {
  return event.type.startsWith('reminder.');
}

export function isProjectEvent(event: LoggedEvent): event is Extract<LoggedEvent, { type: `project.${string}` }> {
  return event.type.startsWith('project.');
}

export function isCommentEvent(event: LoggedEvent): event is Extract<LoggedEvent, { type: `comment.${string}` }> {
  return event.type.startsWith('comment.');
}

/** An event about an execution, its steps or its log. */
export type ExecutionEvent = Extract<LoggedEvent, { type: `execution.${string}` | `executionStep.${string}` }>;

export function isExecutionEvent(event: LoggedEvent): event is ExecutionEvent {
  return event.type.startsWith('execution');
}

export type TransferLogEvent = Extract<LoggedEvent, { type: `transfer.${string}` }>;

export function isTransferEvent(event: LoggedEvent): event is TransferLogEvent {
  return event.type.startsWith('transfer.');
}
