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

type DateColumn<Row> = { [C in keyof Row]-?: Extract<Row[C], Date> extends never ? never : C }[keyof Row];

/** How the log carries the records of one kind. */
type Declared<Row, Name extends string, Omitted extends keyof Row> = {
  /** Its events by their names, without the kind: what each tells, as the API describes it. */
  events: Readonly<Record<Name, string>>;
  /** Columns that no event carries: secrets, what never changes, and what changes without an event. */
  omitted: readonly Omitted[];
  /** The columns that hold dates, all of them: only these become dates when a row is read from JSON. */
  dates: Record<DateColumn<Omit<Row, Omitted>>, true>;
  /** Never set; it keeps the type of the row. */
  row?: Row;
};

/** Declares a kind by the type of its row. */
export function kind<Row>() {
  return <const Name extends string, const Omitted extends keyof Row = never>(
    declared: Omit<Declared<Row, Name, Omitted>, 'omitted' | 'row'> & { omitted?: readonly Omitted[] },
  ): Declared<Row, Name, Omitted> => ({ omitted: [], ...declared });
}

/** Every kind of record in the log: its events, and the row that they carry before and after the change. */
export const contract = {
  task: kind<Task>()({
    events: {
      created: 'A task was created.',
      updated: 'Fields of a task were changed.',
      completed: 'A task was completed.',
      reopened: 'A completed task was reopened.',
      deleted: 'A task was moved to the trash.',
      restored: 'A task was restored from the trash.',
      purged: 'A task was deleted permanently from the trash.',
    },
    dates: {
      dueAt: true,
      dueDate: true,
      createdAt: true,
      updatedAt: true,
      completedAt: true,
      deletedAt: true,
      occurrenceAt: true,
    },
  }),
  // With its members, so that an event tells who saw it before and who does after.
  project: kind<Project & { memberIds: string[] }>()({
    events: {
      created: 'A project was created.',
      updated: 'Fields of a project were changed.',
      archived: 'A project was archived.',
      restored: 'A project was restored from the archive.',
      memberAdded: 'A member was added to a project.',
      memberRemoved: 'A member was removed from a project.',
      deleted: 'A project was deleted permanently.',
    },
    dates: { createdAt: true, updatedAt: true, archivedAt: true },
  }),
  comment: kind<Comment>()({
    events: {
      created: 'A comment was written.',
      updated: 'The text of a comment was changed.',
      deleted: 'A comment was deleted.',
      restored: 'The deletion of a comment was undone.',
    },
    dates: { createdAt: true, editedAt: true, deletedAt: true },
  }),
  // The lease passes without an event, as those of the kinds below do.
  reminder: kind<Reminder>()({
    events: {
      created: 'A reminder was created.',
      moved: 'A pending reminder got another time.',
      cancelled:
        'A reminder was cancelled, by a user or because it can no longer be delivered or its task no longer needs it.',
      expired: 'A reminder expired because its time had passed.',
      restored: 'A reminder that was not pending became pending again, or a change of it was undone.',
      retried: 'A reminder whose delivery had failed became pending again on request.',
      sending: 'An attempt to deliver a reminder began.',
      deferred: 'An attempt to deliver a reminder failed, and it will be tried again.',
      sent: 'A reminder was delivered.',
      failed: 'The delivery of a reminder failed, and no further attempt will be made.',
      acknowledged: 'A delivered reminder was acknowledged by its recipient.',
    },
    omitted: ['leaseExpiresAt'],
    dates: {
      remindAt: true,
      nextAttemptAt: true,
      sentAt: true,
      acknowledgedAt: true,
      createdAt: true,
      updatedAt: true,
    },
  }),
  // The address may itself be a secret.
  webhook: kind<Webhook>()({
    events: {
      created: 'A webhook was created.',
      deleted: 'A webhook was deleted.',
    },
    omitted: ['url'],
    dates: { createdAt: true },
  }),
  recurrence: kind<Recurrence>()({
    events: {
      created: 'A recurrence was created.',
      updated: 'Fields of a recurrence were changed.',
      advanced:
        'A recurrence reached another date, or its occurrences were checked after one of them was completed or deleted.',
      paused: 'A recurrence was paused.',
      resumed: 'A paused recurrence was resumed.',
      completed: 'A recurrence ended because it has no more dates and no open occurrences.',
      cancelled: 'A recurrence was cancelled or deleted.',
      restored:
        'A change of a recurrence was undone, or a completed one is active again because an occurrence was reopened.',
    },
    dates: { reachedAt: true, checkAt: true, createdAt: true, updatedAt: true },
  }),
  user: kind<User>()({
    events: {
      updated: 'The name, the time zone or the settings of a user were changed.',
    },
    dates: { createdAt: true, updatedAt: true },
  }),
  membership: kind<Membership>()({
    events: {
      created: 'A user became a member of the tenant.',
      roleChanged: 'The role of a member was changed.',
      removed: 'A member was removed from the tenant.',
    },
    dates: { createdAt: true, removedAt: true },
  }),
  erasure: kind<Erasure>()({
    events: {
      started: 'The erasure of the personal data of a former member was started.',
      finished: 'The erasure of the personal data of a former member was finished.',
    },
    omitted: ['position', 'lastEventId'],
    dates: { startedAt: true, finishedAt: true },
  }),
  invitation: kind<Invitation>()({
    events: {
      created: 'An invitation was created.',
      sent: 'The e-mail of an invitation was sent.',
      deferred: 'An attempt to send the e-mail of an invitation failed, and it will be tried again.',
      failed: 'The e-mail of an invitation could not be sent, and no further attempt will be made.',
      accepted: 'An invitation was accepted.',
      revoked: 'An invitation was revoked, or replaced by a newer one.',
    },
    omitted: ['leaseExpiresAt'],
    dates: { nextAttemptAt: true, createdAt: true, expiresAt: true, acceptedAt: true, revokedAt: true },
  }),
  calendarFeed: kind<CalendarFeed>()({
    events: {
      created: 'A calendar feed was created.',
      revoked: 'A calendar feed was revoked or replaced.',
    },
    omitted: ['hash'],
    dates: { createdAt: true },
  }),
  savedFilter: kind<SavedFilter>()({
    events: {
      created: 'A filter was saved.',
      updated: 'A saved filter was changed.',
      deleted: 'A saved filter was deleted.',
    },
    dates: { createdAt: true, updatedAt: true },
  }),
  accessToken: kind<AccessToken>()({
    events: {
      created: 'An access token was created.',
      revoked: 'An access token was revoked.',
    },
    omitted: ['hash'],
    dates: { createdAt: true, expiresAt: true, revokedAt: true },
  }),
  conversation: kind<Conversation>()({
    events: {
      started: 'A conversation was started.',
    },
    dates: { createdAt: true, updatedAt: true },
  }),
  chatMessage: kind<ChatMessage>()({
    events: {
      added: 'A message was added to a conversation.',
    },
    dates: { createdAt: true },
  }),
  chatProposal: kind<ChatProposal>()({
    events: {
      made: 'Errand answered a message with a proposal.',
      executed: 'A proposal was confirmed and executed.',
      discarded: 'A proposal was discarded.',
    },
    dates: { createdAt: true },
  }),
  execution: kind<Execution>()({
    events: {
      queued: 'An execution was submitted, or is queued again for another worker.',
      started: 'A worker started or continued an execution.',
      waiting: 'An execution was submitted for later, or waits until a step can be run.',
      succeeded: 'An execution ended, and all its steps succeeded.',
      failed: 'An execution failed.',
      partial: 'An execution ended, and only some of its steps succeeded.',
      cancelled: 'An execution ended because it was cancelled.',
      timedOut: 'An execution ended because a time limit was exceeded, or because it was not started in time.',
      cancelRequested: 'The cancellation of a running execution was requested.',
      logged: 'Entries were written to the log of an execution.',
    },
    omitted: [
      'plan',
      'credentials',
      'deduplicationKey',
      'leaseExpiresAt',
      'claimedAt',
      'renewedAt',
      'ranMs',
      'isAwake',
      'logSeq',
    ],
    dates: {
      runAt: true,
      expiresAt: true,
      wakeAt: true,
      cancelRequestedAt: true,
      createdAt: true,
      updatedAt: true,
      startedAt: true,
      finishedAt: true,
    },
  }),
  // With how far its execution is.
  executionStep: kind<ExecutionStep & Pick<Execution, 'stepsFinished' | 'stepsTotal'>>()({
    events: {
      queued: 'A step was created, or is queued again for another attempt.',
      started: 'An attempt of a step began.',
      waiting: 'A step waits for a time, or for its next attempt.',
      succeeded: 'A step succeeded.',
      failed: 'A step failed, and no further attempt will be made.',
      skipped: 'A step was skipped because it can no longer be run.',
      cancelled: 'A step was cancelled.',
      timedOut: 'A step ended because its time limit was exceeded.',
      resolved: 'Somebody said how a step ended whose outcome was unknown.',
    },
    omitted: ['reads'],
    dates: { wakeAt: true, startedAt: true, finishedAt: true },
  }),
  transfer: kind<Transfer>()({
    events: {
      created: 'An import or export was created.',
      queued: 'The file of an import was uploaded, and the import waits for a worker.',
      started: 'A worker started or continued an import or export.',
      checked: 'The file of an import was read completely, before anything is imported.',
      progressed: 'A part of an import or export was completed.',
      succeeded: 'An import or export ended successfully.',
      failed: 'An import or export failed.',
      cancelled: 'An import or export was cancelled.',
    },
    omitted: ['filter', 'scopes', 'position', 'attempts', 'leaseExpiresAt'],
    dates: { createdAt: true, updatedAt: true, startedAt: true, finishedAt: true, expiresAt: true },
  }),
};

type Contract = typeof contract;
export type Kind = keyof Contract;

/** A row as its table has it. */
type RowOf<K extends Kind> = NonNullable<Contract[K]['row']>;

export type EventType = { [K in Kind]: `${K}.${keyof Contract[K]['events'] & string}` }[Kind];

/** The types of the events of a kind. */
export type EventTypeOf<K extends Kind> = Extract<EventType, `${K}.${string}`>;

/** A row as the log shows it. */
export type LoggedRow<K extends Kind> = Omit<RowOf<K>, Contract[K]['omitted'][number]>;
export type LoggedProject = LoggedRow<'project'>;
export type LoggedErasure = LoggedRow<'erasure'>;
export type LoggedFeed = LoggedRow<'calendarFeed'>;
export type LoggedToken = LoggedRow<'accessToken'>;
export type LoggedExecution = LoggedRow<'execution'>;
export type LoggedStep = LoggedRow<'executionStep'>;
export type LoggedTransfer = LoggedRow<'transfer'>;

/**
 * A range of entries that were written to the log of an execution; the text is in its own table. `id` is the id of the
 * execution.
 */
type LogStretch = { id: string; tenantId: string; fromSeq: number; toSeq: number };

type Payload<K extends Kind, T> = T extends 'execution.logged' ? LogStretch : LoggedRow<K>;

type Described<K extends Kind, T extends EventTypeOf<K>> = {
  type: T;
  objectId: string;
  /** The row before the change; null if the change created it, or if it was erased. */
  before: Payload<K, T> | null;
  /** The row after the change; null if the change removed it, or if it was erased. */
  after: Payload<K, T> | null;
};

/** An event about to be recorded. */
type NewEvent = { [K in Kind]: { [T in EventTypeOf<K>]: Described<K, T> }[EventTypeOf<K>] }[Kind];

/** An event before it is written. */
export type PendingEvent = NewEvent & {
  /** Set by an undo: the version of the object whose state was restored; 0 for an object whose creation was undone. */
  restoredVersion?: number;
};

/** An event read from the log. */
export type LoggedEvent = NewEvent & {
  tenantId: string;
  seq: bigint;
  cursor: StreamCursor;
  changeId: string;
  /** The user who made the change; null if Errand made it. */
  actorId: string | null;
  requestId: string;
  occurredAt: Date;
};
export type LoggedEventOf<K extends Kind> = Extract<LoggedEvent, { type: EventTypeOf<K> }>;

/** An event about an execution, its steps or its log. */
export type ExecutionEvent = LoggedEventOf<'execution' | 'executionStep'>;

export const kindNames = Object.keys(contract) as Kind[];

/** What each type of event tells. */
export const eventDescriptions = Object.fromEntries(
  kindNames.flatMap((kind) =>
    Object.entries(contract[kind].events).map(([event, description]) => [`${kind}.${event}`, description]),
  ),
) as Record<EventType, string>;

/** The types of all events. */
export const eventTypes = Object.keys(eventDescriptions) as EventType[];

/** The kind of record that events of a type are about. */
export function kindOf(type: EventType): Kind {
  return type.slice(0, type.indexOf('.')) as Kind;
}

/** Whether an event is about a record of one of the kinds. */
export function isEventOf<K extends Kind>(event: LoggedEvent, ...kinds: readonly K[]): event is LoggedEventOf<K> {
  return kinds.some((kind) => event.type[kind.length] === '.' && event.type.startsWith(kind));
}

/** A row without the columns that no event carries. */
export function toLogged<K extends Kind>(kind: K, row: RowOf<K>): LoggedRow<K> {
  const omitted: readonly PropertyKey[] = contract[kind].omitted;
  return Object.fromEntries(Object.entries(row).filter(([column]) => !omitted.includes(column))) as LoggedRow<K>;
}
