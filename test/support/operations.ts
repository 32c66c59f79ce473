/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar day: YYYY-MM-DD. */
  Date: { input: string; output: string; }
  /** An instant: ISO 8601 with a zone or offset, such as 2026-02-04T10:00:00Z. Answers are in UTC. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

/** A personal access token. Its text is shown once, when it is made. */
export type AccessToken = {
  __typename?: 'AccessToken';
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** When it ends by itself. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its id. */
  id: Scalars['ID']['output'];
  /** What it is for. */
  name: Scalars['String']['output'];
  /** How its text begins. */
  prefix: Scalars['String']['output'];
  /** When it was revoked. */
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What it is limited to, such as task:read; empty: your role alone limits it. */
  scopes: Array<Scalars['String']['output']>;
};

/** The result of a change. */
export type ChangePayload = {
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
};

/** The member whose role was changed. */
export type ChangeRolePayload = ChangePayload & {
  __typename?: 'ChangeRolePayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The member. */
  member: Member;
};

/** The task that was completed. */
export type CompleteTaskPayload = ChangePayload & {
  __typename?: 'CompleteTaskPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The task after the change. */
  task: Task;
};

/** A task to be made. */
export type CreateTaskInput = {
  /** The user who is to do it, a member of this tenant. */
  assigneeId?: InputMaybe<Scalars['ID']['input']>;
  /** When it is due. */
  due?: InputMaybe<TaskDueInput>;
  /** More about it, in Markdown, at most 20,000 characters. */
  notes?: InputMaybe<Scalars['String']['input']>;
  /** MEDIUM unless given. */
  priority?: InputMaybe<Priority>;
  /** At most 20, of at most 50 characters; kept in lower case. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What is to be done, 1 to 500 characters. */
  title: Scalars['String']['input'];
};

/** The task that was made. */
export type CreateTaskPayload = ChangePayload & {
  __typename?: 'CreateTaskPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The task after the change. */
  task: Task;
};

/** A token to be made. */
export type CreateTokenInput = {
  /** When it ends by itself; never unless given. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What it is for, 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** What it is limited to; all that your credential may unless given. */
  scopes?: InputMaybe<Array<Permission>>;
};

/** The token that was made. */
export type CreateTokenPayload = ChangePayload & {
  __typename?: 'CreateTokenPayload';
  /** What is kept of it. */
  accessToken: AccessToken;
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** Its text, to be sent as Bearer. Only the first answer has it: a repeat by idempotencyKey has null. */
  token?: Maybe<Scalars['String']['output']>;
};

/** The task that was put into the trash. */
export type DeleteTaskPayload = ChangePayload & {
  __typename?: 'DeleteTaskPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The task after the change. */
  task: Task;
};

/** One entry of the append-only log: what changed, who did it, and the object before and after. */
export type Event = StreamPayload & {
  __typename?: 'Event';
  /** Who did it; null when Errand itself did. */
  actor?: Maybe<User>;
  /** The object after. */
  after?: Maybe<Scalars['JSON']['output']>;
  /** The object before; null when it was made. */
  before?: Maybe<Scalars['JSON']['output']>;
  /** The change it belongs to. */
  changeId: Scalars['ID']['output'];
  /** Subscribe with after set to it to go on behind this payload. */
  cursor: Scalars['String']['output'];
  /** The id of the object. */
  objectId: Scalars['ID']['output'];
  /** When it was done. */
  occurredAt: Scalars['DateTime']['output'];
  /** The request that did it. */
  requestId: Scalars['String']['output'];
  /** What it records. */
  type: EventType;
};

/** What a subscriber to the log gets. */
export type EventAppendedPayload = Event | StreamCheckpoint | StreamReady | StreamResync;

/** Which events are meant: all that is given must hold. */
export type EventFilter = {
  /** Done by this user. */
  actorId?: InputMaybe<Scalars['ID']['input']>;
  /** Of this change. */
  changeId?: InputMaybe<Scalars['ID']['input']>;
  /** About this object. */
  objectId?: InputMaybe<Scalars['ID']['input']>;
  /** Of one of these types. */
  types?: InputMaybe<Array<EventType>>;
};

/** What an event records. */
export type EventType =
  /** Recorded as accessToken.created. */
  | 'ACCESS_TOKEN_CREATED'
  /** Recorded as accessToken.revoked. */
  | 'ACCESS_TOKEN_REVOKED'
  /** Recorded as membership.created. */
  | 'MEMBERSHIP_CREATED'
  /** Recorded as membership.removed. */
  | 'MEMBERSHIP_REMOVED'
  /** Recorded as membership.roleChanged. */
  | 'MEMBERSHIP_ROLE_CHANGED'
  /** Recorded as task.completed. */
  | 'TASK_COMPLETED'
  /** Recorded as task.created. */
  | 'TASK_CREATED'
  /** Recorded as task.deleted. */
  | 'TASK_DELETED'
  /** Recorded as task.reopened. */
  | 'TASK_REOPENED'
  /** Recorded as task.restored. */
  | 'TASK_RESTORED'
  /** Recorded as task.updated. */
  | 'TASK_UPDATED'
  /** Recorded as user.updated. */
  | 'USER_UPDATED';

/** You: a user in a tenant, through one credential. */
export type Me = {
  __typename?: 'Me';
  /** What you may do with this credential. */
  permissions: Array<Permission>;
  /** Your role in it. */
  role: Role;
  /** The tenant you work in. */
  tenant: Tenant;
  /** Your tokens, the newest 200. */
  tokens: Array<AccessToken>;
  /** Your user. */
  user: User;
};

/** A user in your tenant. */
export type Member = {
  __typename?: 'Member';
  /** Since when they are a member. */
  joinedAt: Scalars['DateTime']['output'];
  /** What they may do. */
  role: Role;
  /** Who it is. */
  user: User;
};

/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Gives a member another role; their live subscriptions end. */
  changeRole: ChangeRolePayload;
  /** Marks a task as done. CONFLICT when it is done already. */
  completeTask: CompleteTaskPayload;
  /** Makes a task. */
  createTask: CreateTaskPayload;
  /** Makes a personal access token of yours for this tenant. */
  createToken: CreateTokenPayload;
  /** Puts a task into the trash, from where restoreTask takes it back. */
  deleteTask: DeleteTaskPayload;
  /** Ends a membership; their tokens for this tenant stop working and their live subscriptions end. */
  removeMember: RemoveMemberPayload;
  /** Makes a completed task active again. CONFLICT when it is active. */
  reopenTask: ReopenTaskPayload;
  /** Takes a task out of the trash with the status it had. */
  restoreTask: RestoreTaskPayload;
  /** Ends a token of yours at once, its live subscriptions too. */
  revokeToken: RevokeTokenPayload;
  /** Takes back a change of yours: every object it touched gets its state before it, a task it made goes to the trash. CONFLICT, and nothing is undone, when one of them was changed since. */
  undo: UndoPayload;
  /** Changes your own name or time zone. */
  updateMe: UpdateMePayload;
  /** Changes what is given of a task. */
  updateTask: UpdateTaskPayload;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationChangeRoleArgs = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  role: Role;
  userId: Scalars['ID']['input'];
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationCompleteTaskArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationCreateTaskArgs = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  input: CreateTaskInput;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationCreateTokenArgs = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  input: CreateTokenInput;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationDeleteTaskArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationRemoveMemberArgs = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  userId: Scalars['ID']['input'];
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationReopenTaskArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationRestoreTaskArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationRevokeTokenArgs = {
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationUndoArgs = {
  changeId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationUpdateMeArgs = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  input: UpdateMeInput;
};


/** Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result. */
export type MutationUpdateTaskArgs = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  input: UpdateTaskInput;
};

/** An object with an id of its own. */
export type Node = {
  id: Scalars['ID']['output'];
};

/** Which way a list is ordered. */
export type OrderDirection =
  /** The smallest first. */
  | 'ASC'
  /** The greatest first. */
  | 'DESC';

/** Where a page lies in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Something that a role or a token can allow. */
export type Permission =
  /** The permission chat:use. */
  | 'CHAT_USE'
  /** The permission event:read. */
  | 'EVENT_READ'
  /** The permission execution:read. */
  | 'EXECUTION_READ'
  /** The permission execution:submit. */
  | 'EXECUTION_SUBMIT'
  /** The permission member:read. */
  | 'MEMBER_READ'
  /** The permission member:write. */
  | 'MEMBER_WRITE'
  /** The permission reminder:write. */
  | 'REMINDER_WRITE'
  /** The permission task:read. */
  | 'TASK_READ'
  /** The permission task:write. */
  | 'TASK_WRITE'
  /** The permission token:write. */
  | 'TOKEN_WRITE';

/** How much a task matters; MEDIUM unless said. */
export type Priority =
  /** Before others. */
  | 'HIGH'
  /** When there is time. */
  | 'LOW'
  /** The default. */
  | 'MEDIUM'
  /** Before all others. */
  | 'URGENT';

/** Everything that can be read. */
export type Query = {
  __typename?: 'Query';
  /** The cursor of this moment. Read state after it, then subscribe with after set to it: nothing is missed. */
  eventCursor: Scalars['String']['output'];
  /** The log of your tenant, oldest first; reads forward only. Needs event:read. */
  events: QueryEventsConnection;
  /** Who you are. */
  me: Me;
  /** The members of your tenant in the order they came. */
  members: Array<Member>;
  /** The object with this id, if you may see it. */
  node?: Maybe<Node>;
  /** The objects with these ids, in their order; null for each you may not see. */
  nodes: Array<Maybe<Node>>;
  /** A task you see, also one in the trash. */
  task: Task;
  /** The tasks you see, newest first unless ordered otherwise. Pages of 50, at most 200. */
  tasks: QueryTasksConnection;
};


/** Everything that can be read. */
export type QueryEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<EventFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/** Everything that can be read. */
export type QueryTaskArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryTasksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TaskFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<TaskOrder>;
};

/** A page of events. */
export type QueryEventsConnection = {
  __typename?: 'QueryEventsConnection';
  /** The entries with their cursors. */
  edges: Array<QueryEventsConnectionEdge>;
  /** The entries without their cursors. */
  nodes: Array<Event>;
  pageInfo: PageInfo;
};

/** An event in a page. */
export type QueryEventsConnectionEdge = {
  __typename?: 'QueryEventsConnectionEdge';
  /** Pass it as after or before to read on from here. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: Event;
};

/** A page of tasks. */
export type QueryTasksConnection = {
  __typename?: 'QueryTasksConnection';
  /** The entries with their cursors. */
  edges: Array<QueryTasksConnectionEdge>;
  /** The entries without their cursors. */
  nodes: Array<Task>;
  pageInfo: PageInfo;
  /** How many there are in all, counted up to 10,001: more than 10,000 means 10,000 or more. */
  totalCount: Scalars['Int']['output'];
};

/** A task in a page. */
export type QueryTasksConnectionEdge = {
  __typename?: 'QueryTasksConnectionEdge';
  /** Pass it as after or before to read on from here. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: Task;
};

/** The member who was removed. */
export type RemoveMemberPayload = ChangePayload & {
  __typename?: 'RemoveMemberPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The member. */
  member: Member;
};

/** The task that was reopened. */
export type ReopenTaskPayload = ChangePayload & {
  __typename?: 'ReopenTaskPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The task after the change. */
  task: Task;
};

/** The task that was taken out of the trash. */
export type RestoreTaskPayload = ChangePayload & {
  __typename?: 'RestoreTaskPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The task after the change. */
  task: Task;
};

/** The token that was revoked. */
export type RevokeTokenPayload = ChangePayload & {
  __typename?: 'RevokeTokenPayload';
  /** What is kept of it. */
  accessToken: AccessToken;
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
};

/** What a member may do; each role may do what the one before may. */
export type Role =
  /** Manages members and reads the event log. */
  | 'ADMIN'
  /** Works with tasks, reminders and chat. */
  | 'MEMBER'
  /** Submits executions. */
  | 'OPERATOR'
  /** Decides who is an owner. */
  | 'OWNER'
  /** Reads tasks. */
  | 'VIEWER';

/** Sent every 30 seconds, so that the cursor stays young when nothing matches. */
export type StreamCheckpoint = StreamPayload & {
  __typename?: 'StreamCheckpoint';
  /** Subscribe with after set to it to go on behind this payload. */
  cursor: Scalars['String']['output'];
};

/** A payload of a subscription. */
export type StreamPayload = {
  /** Subscribe with after set to it to go on behind this payload. */
  cursor: Scalars['String']['output'];
};

/** The first payload: the subscription stands. State read from now on is at this cursor or later. */
export type StreamReady = StreamPayload & {
  __typename?: 'StreamReady';
  /** Subscribe with after set to it to go on behind this payload. */
  cursor: Scalars['String']['output'];
};

/** The cursor cannot be resumed: it is older than the stream is kept, or from before the database was restored. Read the state again; the subscription goes on from this cursor. */
export type StreamResync = StreamPayload & {
  __typename?: 'StreamResync';
  /** Subscribe with after set to it to go on behind this payload. */
  cursor: Scalars['String']['output'];
};

/** Live changes. Every payload has a cursor; a subscription with after set to it goes on from there with nothing missed and nothing twice. */
export type Subscription = {
  __typename?: 'Subscription';
  /** Every event of your tenant, as it is appended to the log. Needs event:read. */
  eventAppended: EventAppendedPayload;
  /** Every change of the tasks that you see and the filter means. */
  taskChanged: TaskChangedPayload;
};


/** Live changes. Every payload has a cursor; a subscription with after set to it goes on from there with nothing missed and nothing twice. */
export type SubscriptionEventAppendedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  types?: InputMaybe<Array<EventType>>;
};


/** Live changes. Every payload has a cursor; a subscription with after set to it goes on from there with nothing missed and nothing twice. */
export type SubscriptionTaskChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TaskFilter>;
};

/** Something to be done. It is seen by who made it and by who is assigned to it. */
export type Task = Node & {
  __typename?: 'Task';
  /** Who is to do it. */
  assignee?: Maybe<User>;
  /** When it was completed. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** Who made it. */
  creator: User;
  /** When it was put into the trash. */
  deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it is due. */
  due?: Maybe<TaskDue>;
  /** Its id. */
  id: Scalars['ID']['output'];
  /** Whether it is active and its due has passed. */
  isOverdue: Scalars['Boolean']['output'];
  /** More about it, in Markdown. */
  notes?: Maybe<Scalars['String']['output']>;
  /** How much it matters. */
  priority: Priority;
  /** Whether it is done. */
  status: TaskStatus;
  /** Its tags in lower case, at most 20. */
  tags: Array<Scalars['String']['output']>;
  /** What is to be done, 1 to 500 characters. */
  title: Scalars['String']['output'];
  /** When it was last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** Rises with every change; see expectedVersion. */
  version: Scalars['Int']['output'];
};

/** What happened to a task. */
export type TaskChangeKind =
  /** It was done. */
  | 'COMPLETED'
  /** It was made. */
  | 'CREATED'
  /** It was put into the trash. */
  | 'DELETED'
  /** It became active again. */
  | 'REOPENED'
  /** It was taken out of the trash. */
  | 'RESTORED'
  /** Its fields were changed. */
  | 'UPDATED';

/** A task that you see and the filter means was changed. */
export type TaskChanged = StreamPayload & {
  __typename?: 'TaskChanged';
  /** The change. */
  changeId: Scalars['ID']['output'];
  /** Subscribe with after set to it to go on behind this payload. */
  cursor: Scalars['String']['output'];
  /** What happened. */
  kind: TaskChangeKind;
  /** When it was made. */
  occurredAt: Scalars['DateTime']['output'];
  /** The request that made it. */
  requestId: Scalars['String']['output'];
  /** The task right after this change. */
  task: Task;
};

/** What a subscriber to tasks gets. */
export type TaskChangedPayload = StreamCheckpoint | StreamReady | StreamResync | TaskChanged | TaskLeft;

/** When a task is due: a whole day, or a time. Exactly one of date and at is set. */
export type TaskDue = {
  __typename?: 'TaskDue';
  /** The instant it is due at. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** The whole day it is due on. */
  date?: Maybe<Scalars['Date']['output']>;
  /** The IANA zone it was meant in. */
  timeZone: Scalars['String']['output'];
};

/** When a task is due. Give either date or at. */
export type TaskDueInput = {
  /** An instant. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  /** A whole day. */
  date?: InputMaybe<Scalars['Date']['input']>;
  /** The IANA zone it is meant in; yours unless given. */
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** Which tasks are meant: all that is given must hold. */
export type TaskFilter = {
  /** Assigned to this user. */
  assigneeId?: InputMaybe<Scalars['ID']['input']>;
  /** Made by this user. */
  creatorId?: InputMaybe<Scalars['ID']['input']>;
  /** Due before this instant. */
  dueBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Due at this instant or later. */
  dueFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** True means the trash; otherwise tasks in the trash are left out. */
  isDeleted?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether it is active and its due has passed. */
  isOverdue?: InputMaybe<Scalars['Boolean']['input']>;
  /** Of one of these priorities. */
  priorities?: InputMaybe<Array<Priority>>;
  /** Of this status. */
  status?: InputMaybe<TaskStatus>;
  /** With all of these tags. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** A task is no longer one that you see and the filter means. */
export type TaskLeft = StreamPayload & {
  __typename?: 'TaskLeft';
  /** Subscribe with after set to it to go on behind this payload. */
  cursor: Scalars['String']['output'];
  /** The task. */
  taskId: Scalars['ID']['output'];
};

/** How a list of tasks is ordered. */
export type TaskOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** By what. */
  field: TaskOrderField;
};

/** What tasks can be ordered by. */
export type TaskOrderField =
  /** When it was made. */
  | 'CREATED'
  /** When it is due; tasks without a due come last either way. */
  | 'DUE'
  /** How much it matters. */
  | 'PRIORITY'
  /** When it was last changed. */
  | 'UPDATED';

/** Whether a task is still to be done. */
export type TaskStatus =
  /** To be done. */
  | 'ACTIVE'
  /** Done. */
  | 'COMPLETED';

/** A team whose data nobody else sees. */
export type Tenant = Node & {
  __typename?: 'Tenant';
  /** Its id. */
  id: Scalars['ID']['output'];
  /** Its name. */
  name: Scalars['String']['output'];
};

/** What was taken back. */
export type UndoPayload = ChangePayload & {
  __typename?: 'UndoPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The tasks in the state they have again. */
  tasks: Array<Task>;
};

/** Changes to your user: what is omitted or null stays. */
export type UpdateMeInput = {
  /** The name to show, 1 to 200 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The IANA zone in which you mean dates. */
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** Your user after the change. */
export type UpdateMePayload = ChangePayload & {
  __typename?: 'UpdateMePayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** Your user. */
  user: User;
};

/** Changes to a task: an omitted field stays, null clears it. */
export type UpdateTaskInput = {
  /** The user who is to do it. */
  assigneeId?: InputMaybe<Scalars['ID']['input']>;
  /** When it is due. */
  due?: InputMaybe<TaskDueInput>;
  /** Refuse with PRECONDITION_FAILED unless it is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** The task. */
  id: Scalars['ID']['input'];
  /** More about it, in Markdown. */
  notes?: InputMaybe<Scalars['String']['input']>;
  /** Cleared, it is MEDIUM. */
  priority?: InputMaybe<Priority>;
  /** All its tags. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What is to be done; it cannot be cleared. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** The task that was changed. */
export type UpdateTaskPayload = ChangePayload & {
  __typename?: 'UpdateTaskPayload';
  /** Names this change: give it to undo, or find its events by it. */
  changeId: Scalars['ID']['output'];
  /** The task after the change. */
  task: Task;
};

/** A person who is a member of your tenant, or was one. */
export type User = Node & {
  __typename?: 'User';
  /** The address that mail goes to. */
  email: Scalars['String']['output'];
  /** Its id. */
  id: Scalars['ID']['output'];
  /** The name to show. */
  name: Scalars['String']['output'];
  /** The IANA zone in which this person means dates. */
  timeZone: Scalars['String']['output'];
};

/** A task to be made. */
export type CreateTaskInput = {
  /** The user who is to do it, a member of this tenant. */
  assigneeId?: string | null | undefined;
  /** When it is due. */
  due?: TaskDueInput | null | undefined;
  /** More about it, in Markdown, at most 20,000 characters. */
  notes?: string | null | undefined;
  /** MEDIUM unless given. */
  priority?: Priority | null | undefined;
  /** At most 20, of at most 50 characters; kept in lower case. */
  tags?: Array<string> | null | undefined;
  /** What is to be done, 1 to 500 characters. */
  title: string;
};

/** What an event records. */
export type EventType =
  /** Recorded as accessToken.created. */
  | 'ACCESS_TOKEN_CREATED'
  /** Recorded as accessToken.revoked. */
  | 'ACCESS_TOKEN_REVOKED'
  /** Recorded as membership.created. */
  | 'MEMBERSHIP_CREATED'
  /** Recorded as membership.removed. */
  | 'MEMBERSHIP_REMOVED'
  /** Recorded as membership.roleChanged. */
  | 'MEMBERSHIP_ROLE_CHANGED'
  /** Recorded as task.completed. */
  | 'TASK_COMPLETED'
  /** Recorded as task.created. */
  | 'TASK_CREATED'
  /** Recorded as task.deleted. */
  | 'TASK_DELETED'
  /** Recorded as task.reopened. */
  | 'TASK_REOPENED'
  /** Recorded as task.restored. */
  | 'TASK_RESTORED'
  /** Recorded as task.updated. */
  | 'TASK_UPDATED'
  /** Recorded as user.updated. */
  | 'USER_UPDATED';

/** Which way a list is ordered. */
export type OrderDirection =
  /** The smallest first. */
  | 'ASC'
  /** The greatest first. */
  | 'DESC';

/** How much a task matters; MEDIUM unless said. */
export type Priority =
  /** Before others. */
  | 'HIGH'
  /** When there is time. */
  | 'LOW'
  /** The default. */
  | 'MEDIUM'
  /** Before all others. */
  | 'URGENT';

/** What happened to a task. */
export type TaskChangeKind =
  /** It was done. */
  | 'COMPLETED'
  /** It was made. */
  | 'CREATED'
  /** It was put into the trash. */
  | 'DELETED'
  /** It became active again. */
  | 'REOPENED'
  /** It was taken out of the trash. */
  | 'RESTORED'
  /** Its fields were changed. */
  | 'UPDATED';

/** When a task is due. Give either date or at. */
export type TaskDueInput = {
  /** An instant. */
  at?: string | null | undefined;
  /** A whole day. */
  date?: string | null | undefined;
  /** The IANA zone it is meant in; yours unless given. */
  timeZone?: string | null | undefined;
};

/** Which tasks are meant: all that is given must hold. */
export type TaskFilter = {
  /** Assigned to this user. */
  assigneeId?: string | null | undefined;
  /** Made by this user. */
  creatorId?: string | null | undefined;
  /** Due before this instant. */
  dueBefore?: string | null | undefined;
  /** Due at this instant or later. */
  dueFrom?: string | null | undefined;
  /** True means the trash; otherwise tasks in the trash are left out. */
  isDeleted?: boolean | null | undefined;
  /** Whether it is active and its due has passed. */
  isOverdue?: boolean | null | undefined;
  /** Of one of these priorities. */
  priorities?: Array<Priority> | null | undefined;
  /** Of this status. */
  status?: TaskStatus | null | undefined;
  /** With all of these tags. */
  tags?: Array<string> | null | undefined;
};

/** How a list of tasks is ordered. */
export type TaskOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** By what. */
  field: TaskOrderField;
};

/** What tasks can be ordered by. */
export type TaskOrderField =
  /** When it was made. */
  | 'CREATED'
  /** When it is due; tasks without a due come last either way. */
  | 'DUE'
  /** How much it matters. */
  | 'PRIORITY'
  /** When it was last changed. */
  | 'UPDATED';

/** Whether a task is still to be done. */
export type TaskStatus =
  /** To be done. */
  | 'ACTIVE'
  /** Done. */
  | 'COMPLETED';

/** Changes to a task: an omitted field stays, null clears it. */
export type UpdateTaskInput = {
  /** The user who is to do it. */
  assigneeId?: string | null | undefined;
  /** When it is due. */
  due?: TaskDueInput | null | undefined;
  /** Refuse with PRECONDITION_FAILED unless it is at this version. */
  expectedVersion?: number | null | undefined;
  /** The task. */
  id: string;
  /** More about it, in Markdown. */
  notes?: string | null | undefined;
  /** Cleared, it is MEDIUM. */
  priority?: Priority | null | undefined;
  /** All its tags. */
  tags?: Array<string> | null | undefined;
  /** What is to be done; it cannot be cleared. */
  title?: string | null | undefined;
};

export type TaskFieldsFragment = { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null };

export type CreateTaskMutationVariables = Exact<{
  input: CreateTaskInput;
  idempotencyKey?: string | null | undefined;
}>;


export type CreateTaskMutation = { createTask: { changeId: string, task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } } };

export type UpdateTaskMutationVariables = Exact<{
  input: UpdateTaskInput;
  idempotencyKey?: string | null | undefined;
}>;


export type UpdateTaskMutation = { updateTask: { changeId: string, task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } } };

export type CompleteTaskMutationVariables = Exact<{
  id: string;
  expectedVersion?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CompleteTaskMutation = { completeTask: { changeId: string, task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } } };

export type ReopenTaskMutationVariables = Exact<{
  id: string;
}>;


export type ReopenTaskMutation = { reopenTask: { changeId: string, task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } } };

export type DeleteTaskMutationVariables = Exact<{
  id: string;
}>;


export type DeleteTaskMutation = { deleteTask: { changeId: string, task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } } };

export type RestoreTaskMutationVariables = Exact<{
  id: string;
}>;


export type RestoreTaskMutation = { restoreTask: { changeId: string, task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } } };

export type UndoMutationVariables = Exact<{
  changeId: string;
}>;


export type UndoMutation = { undo: { changeId: string, tasks: Array<{ id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null }> } };

export type TasksQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  orderBy?: TaskOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type TasksQuery = { tasks: { totalCount: number, nodes: Array<{ id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type TaskQueryVariables = Exact<{
  id: string;
}>;


export type TaskQuery = { task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } };

export type EventCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type EventCursorQuery = { eventCursor: string };

export type TaskChangedSubscriptionVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type TaskChangedSubscription = { taskChanged:
    | { __typename: 'StreamCheckpoint', cursor: string }
    | { __typename: 'StreamReady', cursor: string }
    | { __typename: 'StreamResync', cursor: string }
    | { __typename: 'TaskChanged', cursor: string, kind: TaskChangeKind, changeId: string, task: { id: string, title: string, notes: string | null, status: TaskStatus, priority: Priority, tags: Array<string>, version: number, completedAt: string | null, deletedAt: string | null, due: { date: string | null, at: string | null, timeZone: string } | null } }
    | { __typename: 'TaskLeft', cursor: string, taskId: string }
   };

export type EventAppendedSubscriptionVariables = Exact<{
  types?: Array<EventType> | EventType | null | undefined;
  after?: string | null | undefined;
}>;


export type EventAppendedSubscription = { eventAppended:
    | { __typename: 'Event', cursor: string, type: EventType, objectId: string, changeId: string, before: unknown, after: unknown }
    | { __typename: 'StreamCheckpoint', cursor: string }
    | { __typename: 'StreamReady', cursor: string }
    | { __typename: 'StreamResync', cursor: string }
   };

export const TaskFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<TaskFieldsFragment, unknown>;
export const CreateTaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateTask"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateTaskInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createTask"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<CreateTaskMutation, CreateTaskMutationVariables>;
export const UpdateTaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateTask"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateTaskInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateTask"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<UpdateTaskMutation, UpdateTaskMutationVariables>;
export const CompleteTaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CompleteTask"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"expectedVersion"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"completeTask"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"expectedVersion"},"value":{"kind":"Variable","name":{"kind":"Name","value":"expectedVersion"}}},{"kind":"Argument","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<CompleteTaskMutation, CompleteTaskMutationVariables>;
export const ReopenTaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReopenTask"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reopenTask"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<ReopenTaskMutation, ReopenTaskMutationVariables>;
export const DeleteTaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteTask"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteTask"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<DeleteTaskMutation, DeleteTaskMutationVariables>;
export const RestoreTaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RestoreTask"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restoreTask"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<RestoreTaskMutation, RestoreTaskMutationVariables>;
export const UndoDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Undo"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"changeId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"undo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"changeId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"changeId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"tasks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<UndoMutation, UndoMutationVariables>;
export const TasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Tasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TaskOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<TasksQuery, TasksQueryVariables>;
export const TaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Task"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"task"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<TaskQuery, TaskQueryVariables>;
export const EventCursorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EventCursor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventCursor"}}]}}]} as unknown as DocumentNode<EventCursorQuery, EventCursorQueryVariables>;
export const TaskChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"TaskChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"taskChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TaskChanged"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskFields"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TaskLeft"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"taskId"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"due"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]} as unknown as DocumentNode<TaskChangedSubscription, TaskChangedSubscriptionVariables>;
export const EventAppendedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"EventAppended"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"types"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EventType"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventAppended"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"types"},"value":{"kind":"Variable","name":{"kind":"Name","value":"types"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"objectId"}},{"kind":"Field","name":{"kind":"Name","value":"changeId"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]}}]}}]} as unknown as DocumentNode<EventAppendedSubscription, EventAppendedSubscriptionVariables>;