import { encodeGlobalId, membershipKey, splitGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import type { IdPlace } from '../../support/schema-walk.ts';
import type { Person, Tenant, TestApp } from '../../support/test-app.ts';

/** Somebody in a test of isolation. `marker` is in the text of everything they make. */
export type Owner = Person & { tenant: Tenant; marker: string; test: TestApp };

/** An object that was made for a test, and other arguments that it decides, such as the hash of a proposal. */
export type Made = { id: string; facts?: Record<string, unknown> };

type Kind = {
  /** Who sees it: all of the tenant, or those whom it concerns. */
  seenBy: 'tenant' | 'some';
  make: (owner: Owner) => Promise<Made>;
};

/** One way to make an object of each kind that the API takes ids of. */
export const kinds: Record<string, Kind> = {
  Task: { seenBy: 'some', make: makeTask },
  Project: { seenBy: 'some', make: makeProject },
  Comment: { seenBy: 'some', make: makeComment },
  Parent: { seenBy: 'some', make: makeParent },
  Reminder: { seenBy: 'some', make: makeReminder },
  Recurrence: { seenBy: 'some', make: makeRecurrence },
  Occurrence: { seenBy: 'some', make: makeOccurrence },
  Execution: { seenBy: 'tenant', make: makeExecution },
  Conversation: { seenBy: 'some', make: makeConversation },
  Proposal: { seenBy: 'some', make: makeProposal },
  SavedFilter: { seenBy: 'some', make: makeSavedFilter },
  Invitation: { seenBy: 'tenant', make: makeInvitation },
  Transfer: { seenBy: 'some', make: makeTransfer },
  Webhook: { seenBy: 'some', make: makeWebhook },
  AccessToken: { seenBy: 'some', make: makeToken },
  Change: { seenBy: 'some', make: async (owner) => ({ id: (await createTask(owner)).changeId }) },
  Member: { seenBy: 'tenant', make: async (owner) => ({ id: memberIdOf(await makeUser(owner), owner) }) },
  Me: { seenBy: 'some', make: async ({ viewer }) => ({ id: encodeGlobalId('Me', membershipKey(viewer)) }) },
  ChatMessage: { seenBy: 'some', make: makeMessage },
  ExecutionStep: { seenBy: 'tenant', make: makeStep },
  User: { seenBy: 'tenant', make: makeUser },
  Tenant: { seenBy: 'tenant', make: async ({ tenant }) => ({ id: encodeGlobalId('Tenant', tenant.id) }) },
};

/** What an id is called when it is not called after its kind. */
const aliases: Record<string, string> = {
  token: 'AccessToken',
  assignee: 'User',
  creator: 'User',
  actor: 'User',
  submitter: 'User',
  member: 'User',
  object: 'Task',
  handover: 'User',
  occurrence: 'Recurrence',
  parent: 'Parent',
  step: 'ExecutionStep',
};

/**
 * The kind of an id by its name: `conversationId` by itself, `id` by the operation that takes it, as in `completeTask(id)`.
 */
export function kindOf({ field, path }: IdPlace): string {
  if (/^(updateRecurrence|previewRecurrenceUpdate)$/.test(field.name) && path.at(-1) === 'taskId') return 'Occurrence';
  const leaf = path.at(-1) ?? '';
  const name = (/^ids?$/.test(leaf) ? field.name : leaf).toLowerCase();
  const known = { ...Object.fromEntries(Object.keys(kinds).map((kind) => [kind.toLowerCase(), kind])), ...aliases };
  const fitting = Object.keys(known).filter((word) => word !== 'me' && name.includes(word));
  const longest = fitting.sort((a, b) => b.length - a.length)[0];
  if (longest) return known[longest] as string;
  throw new Error(
    `What is the id in ${field.name}(${path.join('.')})? Add its kind, with a way to make one, or an alias to isolation-kinds.ts.`,
  );
}

/** Makes an object, in the state that the operation needs. */
export async function makeFor(kind: string, operation: string, owner: Owner): Promise<Made> {
  const known = kinds[kind];
  if (!known) throw new Error(`Add a way to make a ${kind} to isolation-kinds.ts.`);
  const made = await known.make(owner);
  await preparations[operation]?.(owner, made);
  return made;
}

/** What must be done to an object before an operation is legal. */
const preparations: Record<string, (owner: Owner, made: Made) => Promise<unknown>> = {
  reopenTask: (owner, { id }) => owner.run('mutation ($id: ID!) { completeTask(id: $id) { changeId } }', { id }),
  restoreTask: (owner, { id }) => owner.run('mutation ($id: ID!) { deleteTask(id: $id) { changeId } }', { id }),
  reopenTasks: (owner, { id }) => owner.run('mutation ($id: ID!) { completeTask(id: $id) { changeId } }', { id }),
  restoreTasks: (owner, { id }) => owner.run('mutation ($id: ID!) { deleteTask(id: $id) { changeId } }', { id }),
  resumeRecurrence: (owner, { id }) =>
    owner.run('mutation ($id: ID!) { pauseRecurrence(id: $id) { changeId } }', { id }),
  tasks: addSubtask,
  taskChanged: addSubtask,
  skipOccurrence: (owner, { id }) => repeat(owner, { taskId: id }),
  recurrences: (owner, { id }) => repeat(owner, { taskId: id }),
  eraseUser: removeMember,
  erasure: async (owner, made) => {
    await removeMember(owner, made);
    await owner.run('mutation ($id: ID!) { eraseUser(userId: $id) { changeId } }', { id: made.id });
  },
  restoreProject: (owner, { id }) => owner.run('mutation ($id: ID!) { archiveProject(id: $id) { changeId } }', { id }),
  deleteProject: ({ test }, { id }) => test.app.db.query('DELETE FROM task WHERE "projectId" = $1', [uuidOf(id)]),
  projectChanged: makeProject,
  retryReminder: ({ test }, { id }) =>
    test.app.db.query(`UPDATE reminder SET status = 'FAILED', "nextAttemptAt" = NULL WHERE id = $1`, [uuidOf(id)]),
  resolveStep: ({ test }, { id }) =>
    test.app.db.query(
      `WITH step AS (
         UPDATE execution_step SET status = 'FAILED', "errorCode" = 'OUTCOME_UNKNOWN', "finishedAt" = now() WHERE id = $1
         RETURNING "executionId")
       UPDATE execution SET status = 'FAILED', "errorCode" = 'OUTCOME_UNKNOWN', "finishedAt" = now()
       WHERE id = (SELECT "executionId" FROM step)`,
      [uuidOf(id)],
    ),
  acknowledgeReminder: ({ test }, { id }) =>
    test.app.db.query(
      `UPDATE reminder SET status = 'SENT', channel = 'IN_APP', "nextAttemptAt" = NULL, "sentAt" = now() WHERE id = $1`,
      [uuidOf(id)],
    ),
};

async function removeMember(owner: Owner, { id }: Made): Promise<void> {
  await owner.run('mutation ($id: ID!) { removeMember(userId: $id) { changeId } }', { id });
}

let invited = 0;
/** A member has no room for as many as are made here. */
const kept: string[] = [];

/** Arguments that are required by more than their type; a function makes an object of the caller's. */
export const particulars: Record<string, unknown> = {
  'updateTasks.target.ids': async (caller: Owner) => (await makeTask(caller)).id,
  'createReminder.input.trigger': 'AT_DUE',
  'createRecurrence.input.preset': 'DAILY',
  'previewRecurrence.input.preset': 'DAILY',
  'previewExecution.input.plan': { steps: [{ name: 'a', type: 'wait', input: { seconds: 1 } }] },
};

/** What is shown to every member of the tenant, or to those with a permission for it. */
export const tenantWide: readonly string[] = ['members', 'invitations', 'events', 'eventAppended', 'executions'];

type CreatedTask = { createTask: { changeId: string; task: { id: string } } };

async function createTask(owner: Owner, more: { assigneeId?: string; parentId?: string } = {}) {
  const input = { title: owner.marker, due: { date: '2099-01-01' }, ...more };
  const mutation = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId task { id } } }';
  return (await owner.run<CreatedTask, object>(mutation, { input })).createTask;
}

/** A private one, with a task in it and one beside it. */
async function makeProject(owner: Owner): Promise<Made> {
  const { createProject } = await owner.run<{ createProject: { project: Made } }, object>(
    'mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }',
    { input: { name: owner.marker, isPrivate: true } },
  );
  const { id } = createProject.project;
  await owner.run('mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId } }', {
    input: { title: owner.marker, projectId: id },
  });
  await createTask(owner);
  return { id };
}

/** A filter by a parent finds its subtasks. */
async function addSubtask(owner: Owner, { id }: Made): Promise<void> {
  if (splitGlobalId(id)?.typename !== 'Task') return;
  const input = { title: owner.marker, parentId: id };
  await owner.run('mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId } }', { input });
}

/** A task that has a reminder and a comment. */
async function makeTask(owner: Owner): Promise<Made> {
  const { task } = await createTask(owner);
  await remind(owner, task.id);
  await comment(owner, task.id);
  return { id: task.id };
}

async function makeComment(owner: Owner): Promise<Made> {
  return comment(owner, (await createTask(owner)).task.id);
}

async function comment(owner: Owner, taskId: string): Promise<Made> {
  const { createComment } = await owner.run<{ createComment: { comment: Made } }, object>(
    'mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }',
    { input: { taskId, text: owner.marker } },
  );
  return createComment.comment;
}

/** A task with a subtask. */
async function makeParent(owner: Owner): Promise<Made> {
  const { task } = await createTask(owner);
  await createTask(owner, { parentId: task.id });
  return { id: task.id };
}

async function makeReminder(owner: Owner): Promise<Made> {
  return remind(owner, (await createTask(owner)).task.id);
}

async function remind(owner: Owner, taskId: string): Promise<Made> {
  const { createReminder } = await owner.run<{ createReminder: { reminder: Made } }, object>(
    'mutation ($input: CreateReminderInput!) { createReminder(input: $input) { reminder { id } } }',
    { input: { taskId, trigger: 'AT_DUE' } },
  );
  return createReminder.reminder;
}

async function makeRecurrence(owner: Owner): Promise<Made> {
  return repeat(owner, { task: { title: owner.marker } });
}

async function repeat(owner: Owner, template: object): Promise<Made> {
  const mutation =
    'mutation ($input: CreateRecurrenceInput!) { createRecurrence(input: $input) { recurrence { id } } }';
  const input = { ...template, preset: 'DAILY' };
  return (await owner.run<{ createRecurrence: { recurrence: Made } }, object>(mutation, { input })).createRecurrence
    .recurrence;
}

async function makeConversation(owner: Owner): Promise<Made> {
  const mutation = 'mutation { startConversation { conversation { id } } }';
  const { startConversation } = await owner.run<{ startConversation: { conversation: Made } }, object>(mutation);
  await sendMessage(owner, startConversation.conversation.id);
  return startConversation.conversation;
}

/** A proposal that waits, as an unsure one does. */
async function makeProposal(owner: Owner): Promise<Made> {
  const conversation = await makeConversation(owner);
  const { id, hash } = await sendMessage(owner, conversation.id);
  await owner.test.app.db.query(
    `UPDATE chat_proposal SET status = 'PENDING', "changeId" = NULL,
       content = jsonb_set(content, '{confidence}', '0.3') WHERE id = $1`,
    [uuidOf(id)],
  );
  return { id, facts: { hash } };
}

async function sendMessage(owner: Owner, conversationId: string): Promise<{ id: string; hash: string }> {
  const mutation = `mutation ($conversationId: ID!, $text: String!) {
    sendMessage(conversationId: $conversationId, text: $text) { proposal { id hash } }
  }`;
  type Sent = { sendMessage: { proposal: { id: string; hash: string } } };
  const variables = { conversationId, text: `Buy ${owner.marker}` };
  return (await owner.run<Sent, object>(mutation, variables)).sendMessage.proposal;
}

/** In the place of the one before: a member has one. */
async function makeWebhook(owner: Owner): Promise<Made> {
  const { tenantId, userId } = owner.viewer;
  await owner.test.app.db.query('DELETE FROM webhook WHERE "tenantId" = $1 AND "userId" = $2', [tenantId, userId]);
  const mutation = 'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }';
  type Created = { createWebhook: { webhook: Made } };
  const input = { url: `https://${owner.marker}.example/` };
  return (await owner.run<Created, object>(mutation, { input })).createWebhook.webhook;
}

async function makeToken(owner: Owner): Promise<Made> {
  const mutation = 'mutation ($name: String!) { createToken(input: { name: $name }) { accessToken { id } } }';
  const made = await owner.run<{ createToken: { accessToken: Made } }, object>(mutation, { name: owner.marker });
  return made.createToken.accessToken;
}

async function makeInvitation(owner: Owner): Promise<Made> {
  const mutation = `mutation ($email: String!) {
    inviteMember(input: { email: $email, role: MEMBER }) { invitation { id } }
  }`;
  const email = `${owner.marker}-${++invited}@example.test`;
  const { inviteMember } = await owner.run<{ inviteMember: { invitation: Made } }, object>(mutation, { email });
  return inviteMember.invitation;
}

async function makeSavedFilter(owner: Owner): Promise<Made> {
  const mutation = `mutation ($name: String!, $text: String!) {
    createSavedFilter(input: { name: $name, filter: { text: $text } }) { savedFilter { id } }
  }`;
  const variables = { name: `${owner.marker} ${newId()}`, text: owner.marker };
  type Saved = { createSavedFilter: { savedFilter: Made } };
  const made = (await owner.run<Saved, object>(mutation, variables)).createSavedFilter.savedFilter;
  kept.push(made.id);
  while (kept.length > 20) {
    await owner.test.app.db.query('DELETE FROM saved_filter WHERE id = $1', [uuidOf(kept.shift() as string)]);
  }
  return made;
}

/** One that waits for a worker; there is none here. */
async function makeExecution(owner: Owner): Promise<Made> {
  const plan = { steps: [{ name: owner.marker, type: 'wait', input: { seconds: 1 } }] };
  const { submitExecution } = await owner.run<{ submitExecution: { execution: Made } }, object>(
    'mutation ($input: SubmitExecutionInput!) { submitExecution(input: $input) { execution { id } } }',
    { input: { plan, allowDuplicate: true } },
  );
  return submitExecution.execution;
}

/** An export that waits for a worker; there is none here. What its user had before has ended: they have one at a time. */
async function makeTransfer({ run, viewer, test }: Owner): Promise<Made> {
  await test.app.db.query(
    `UPDATE transfer SET status = 'CANCELLED', "finishedAt" = now(), "expiresAt" = now() + interval '1 day'
     WHERE "userId" = $1 AND "finishedAt" IS NULL`,
    [viewer.userId],
  );
  const mutation = 'mutation { startExport(input: { format: CSV }) { transfer { id } } }';
  return (await run<{ startExport: { transfer: Made } }, object>(mutation)).startExport.transfer;
}

/** A member who has a task of the owner's, has given one to the owner, and has submitted an execution. */
async function makeUser(owner: Owner): Promise<Made> {
  const member: Owner = { ...owner, ...(await owner.tenant.person(owner.marker, 'OPERATOR')) };
  await makeExecution(member);
  const id = encodeGlobalId('User', member.viewer.userId);
  await createTask(owner, { assigneeId: id });
  await createTask(member, { assigneeId: encodeGlobalId('User', owner.viewer.userId) });
  return { id };
}

function memberIdOf({ id }: Made, { viewer: { tenantId } }: Owner): string {
  return encodeGlobalId('Member', membershipKey({ tenantId, userId: uuidOf(id) }));
}

async function makeMessage(owner: Owner): Promise<Made> {
  const { id } = await makeConversation(owner);
  const { sendMessage } = await owner.run<{ sendMessage: { message: Made } }, object>(
    'mutation ($id: ID!, $text: String!) { sendMessage(conversationId: $id, text: $text) { message { id } } }',
    { id, text: `add ${owner.marker}` },
  );
  return sendMessage.message;
}

async function makeStep(owner: Owner): Promise<Made> {
  const { execution } = await owner.run<{ execution: { steps: [Made] } }, object>(
    'query ($id: ID!) { execution(id: $id) { steps { id } } }',
    await makeExecution(owner),
  );
  return execution.steps[0];
}

function uuidOf(globalId: string): string {
  return Buffer.from(globalId, 'base64url').toString().split(':')[1] ?? '';
}

/** An open occurrence, with its series as a fact. */
async function makeOccurrence(owner: Owner): Promise<Made> {
  const { id } = await makeTask(owner);
  const { createRecurrence } = await owner.run<{ createRecurrence: { recurrence: Made } }, object>(
    'mutation ($input: CreateRecurrenceInput!) { createRecurrence(input: $input) { recurrence { id } } }',
    { input: { taskId: id, preset: 'DAILY' } },
  );
  return { id, facts: { id: createRecurrence.recurrence.id } };
}
