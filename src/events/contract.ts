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
  /** The names of its events, without the kind. */
  events: readonly Name[];
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
    events: ['created', 'updated', 'completed', 'reopened', 'deleted', 'restored', 'purged'],
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
    events: ['created', 'updated', 'archived', 'restored', 'memberAdded', 'memberRemoved', 'deleted'],
    dates: { createdAt: true, updatedAt: true, archivedAt: true },
  }),
  comment: kind<Comment>()({
    events: ['created', 'updated', 'deleted', 'restored'],
    dates: { createdAt: true, editedAt: true, deletedAt: true },
  }),
  // The lease passes without an event, as those of the kinds below do.
  reminder: kind<Reminder>()({
    events: [
      'created',
      'moved',
      'cancelled',
      'expired',
      'restored',
      'retried',
      'sending',
      'deferred',
      'sent',
      'failed',
      'acknowledged',
    ],
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
  webhook: kind<Webhook>()({ events: ['created', 'deleted'], omitted: ['url'], dates: { createdAt: true } }),
  recurrence: kind<Recurrence>()({
    events: ['created', 'updated', 'advanced', 'paused', 'resumed', 'completed', 'cancelled', 'restored'],
    dates: { reachedAt: true, checkAt: true, createdAt: true, updatedAt: true },
  }),
  user: kind<User>()({ events: ['updated'], dates: { createdAt: true, updatedAt: true } }),
  membership: kind<Membership>()({
    events: ['created', 'roleChanged', 'removed'],
    dates: { createdAt: true, removedAt: true },
  }),
  erasure: kind<Erasure>()({
    events: ['started', 'finished'],
    omitted: ['position', 'lastEventId'],
    dates: { startedAt: true, finishedAt: true },
  }),
  invitation: kind<Invitation>()({
    events: ['created', 'sent', 'deferred', 'failed', 'accepted', 'revoked'],
    omitted: ['leaseExpiresAt'],
    dates: { nextAttemptAt: true, createdAt: true, expiresAt: true, acceptedAt: true, revokedAt: true },
  }),
  calendarFeed: kind<CalendarFeed>()({
    events: ['created', 'revoked'],
    omitted: ['hash'],
    dates: { createdAt: true },
  }),
  savedFilter: kind<SavedFilter>()({
    events: ['created', 'updated', 'deleted'],
    dates: { createdAt: true, updatedAt: true },
  }),
  accessToken: kind<AccessToken>()({
    events: ['created', 'revoked'],
    omitted: ['hash'],
    dates: { createdAt: true, expiresAt: true, revokedAt: true },
  }),
  conversation: kind<Conversation>()({ events: ['started'], dates: { createdAt: true, updatedAt: true } }),
  chatMessage: kind<ChatMessage>()({ events: ['added'], dates: { createdAt: true } }),
  chatProposal: kind<ChatProposal>()({ events: ['made', 'executed', 'discarded'], dates: { createdAt: true } }),
  execution: kind<Execution>()({
    events: [
      'queued',
      'started',
      'waiting',
      'succeeded',
      'failed',
      'partial',
      'cancelled',
      'timedOut',
      'cancelRequested',
      'logged',
    ],
    omitted: ['plan', 'deduplicationKey', 'leaseExpiresAt', 'claimedAt', 'ranMs', 'logSeq'],
    dates: {
      wakeAt: true,
      cancelRequestedAt: true,
      createdAt: true,
      updatedAt: true,
      startedAt: true,
      finishedAt: true,
    },
  }),
  // With how far its execution is. The output may be long.
  executionStep: kind<ExecutionStep & Pick<Execution, 'stepsFinished' | 'stepsTotal'>>()({
    events: ['queued', 'started', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled', 'timedOut'],
    omitted: ['output'],
    dates: { wakeAt: true, startedAt: true, finishedAt: true },
  }),
  transfer: kind<Transfer>()({
    events: ['created', 'queued', 'started', 'checked', 'progressed', 'succeeded', 'failed', 'cancelled'],
    omitted: ['filter', 'scopes', 'position', 'attempts', 'leaseExpiresAt'],
    dates: { createdAt: true, updatedAt: true, startedAt: true, finishedAt: true, expiresAt: true },
  }),
};

type Contract = typeof contract;
export type Kind = keyof Contract;

/** A row as its table has it. */
type RowOf<K extends Kind> = NonNullable<Contract[K]['row']>;

/** The types of the events of a kind. */
export type EventTypeOf<K extends Kind> = { [P in K]: `${P}.${Contract[P]['events'][number]}` }[K];
export type EventType = EventTypeOf<Kind>;

/** A row as the log shows it. */
export type LoggedRow<K extends Kind> = Omit<RowOf<K>, Contract[K]['omitted'][number]>;
export type LoggedProject = LoggedRow<'project'>;
export type LoggedWebhook = LoggedRow<'webhook'>;
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

/** The types of all events. */
export const eventTypes = kindNames.flatMap((kind) =>
  contract[kind].events.map((event) => `${kind}.${event}` as EventType),
);

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
