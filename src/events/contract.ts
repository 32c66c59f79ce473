import type { AccessToken, Membership, Task, User } from '../generated/prisma/client.ts';
import type { StreamCursor } from '../shared/cursor.ts';

/** Every event Errand records and the row it carries. The part before the dot names the object's table. */
export type EventRows = {
  'task.created': Task;
  'task.updated': Task;
  'task.completed': Task;
  'task.reopened': Task;
  'task.deleted': Task;
  'task.restored': Task;
  'user.updated': User;
  'membership.created': Membership;
  'membership.roleChanged': Membership;
  'membership.removed': Membership;
  'accessToken.created': LoggedToken;
  'accessToken.revoked': LoggedToken;
};
export type EventType = keyof EventRows;

/** A token as the log shows it: without its hash. */
export type LoggedToken = Omit<AccessToken, 'hash'>;

export const eventTypes = [
  'task.created',
  'task.updated',
  'task.completed',
  'task.reopened',
  'task.deleted',
  'task.restored',
  'user.updated',
  'membership.created',
  'membership.roleChanged',
  'membership.removed',
  'accessToken.created',
  'accessToken.revoked',
] as const satisfies readonly EventType[];

type Described<T extends EventType> = {
  type: T;
  objectId: string;
  /** The row before the change; null when the change made it. */
  before: EventRows[T] | null;
  /** The row after the change; null when the change removed it. */
  after: EventRows[T] | null;
};

/** An event about to be recorded. */
export type NewEvent = { [T in EventType]: Described<T> }[EventType];

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
