import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { calendarText } from '../../support/calendar-text.ts';
import {
  AddProjectMemberDocument,
  CreateCommentDocument,
  CreateProjectDocument,
  CreateRecurrenceDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  RemoveProjectMemberDocument,
  SendMessageDocument,
  StartConversationDocument,
  UpdateProjectDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { exportNow } from '../../support/transfer-fixture.ts';

/** A word in all that is in the project. */
const word = 'jubilee';
const due = { at: '2026-02-05T17:00:00Z' };

let test_: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test_ = await createTestApp();
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
});
afterAll(() => test_[Symbol.asyncDispose]());

const idOf = ({ viewer }: Person) => encodeGlobalId('User', viewer.userId);
const newProject = async (by: Person, isPrivate = false) =>
  (await by.run(CreateProjectDocument, { input: { name: word, isPrivate } })).createProject.project.id;

describe('who sees what is in a project', () => {
  const roles = ['owner', 'maker', 'member', 'creator', 'assignee', 'stranger'] as const;
  type Role = (typeof roles)[number];
  const people = {} as Record<Role, Person>;
  const changes = {} as Record<Role, string>;
  const ids = { project: '', task: '', comment: '', reminder: '', recurrence: '' };

  beforeAll(async () => {
    Object.assign(people, { owner: tenant.alice, stranger: (await test_.tenant()).alice });
    for (const role of ['maker', 'member', 'creator', 'assignee'] as const) people[role] = await tenant.person(role);
    const { maker, member, creator, assignee } = people;
    ids.project = await newProject(maker);
    await maker.run(AddProjectMemberDocument, { projectId: ids.project, userId: idOf(member) });
    const task = { title: word, tags: [word], projectId: ids.project, assigneeId: idOf(assignee), due };
    ids.task = (await creator.run(CreateTaskDocument, { input: task })).createTask.task.id;
    const comment = await creator.run(CreateCommentDocument, { input: { taskId: ids.task, text: word } });
    ids.comment = comment.createComment.comment.id;
    const series = await creator.run(CreateRecurrenceDocument, { input: { task, preset: 'DAILY' } });
    ids.recurrence = series.createRecurrence.recurrence.id;
    for (const role of roles.slice(0, -1)) {
      const reminder = { taskId: ids.task, trigger: 'BEFORE_1_HOUR', channel: 'IN_APP' } as const;
      ids.reminder = (await people[role].run(CreateReminderDocument, { input: reminder })).createReminder.reminder.id;
      const change = { id: ids.task, notes: `${word} of ${role}` };
      changes[role] = (await people[role].run(UpdateTaskDocument, { input: change })).updateTask.changeId;
    }
  });

  /** What somebody is told; NOT_FOUND is nothing. */
  const tell = async (person: Person, document: string): Promise<unknown> => {
    const { data, errors } = await person.answer(document);
    for (const { originalError } of errors ?? []) expect(originalError).toMatchObject({ code: 'NOT_FOUND' });
    return [data, errors?.map(({ message }) => message)];
  };
  const tasksOf = (filter: string) => () =>
    `{ tasks(filter: ${filter.replace('PROJECT', `"${ids.project}"`)}) { nodes { title } } }`;
  const bulk = (target: string) => `mutation { updateTasks(target: ${target}, changes: { addTags: ["${word}"] })
    { results { task { title } refusal { message } } } }`;

  const documents: [string, () => string][] = [
    ['project', () => `{ project(id: "${ids.project}") { name } }`],
    ['projects', () => '{ projects { nodes { name } } }'],
    ['task', () => `{ task(id: "${ids.task}") { title } }`],
    ['node', () => `{ node(id: "${ids.task}") { ... on Task { title } } }`],
    ['node of a project', () => `{ node(id: "${ids.project}") { ... on Project { name } } }`],
    ['node of a comment', () => `{ node(id: "${ids.comment}") { ... on Comment { text } } }`],
    ['node of a reminder', () => `{ node(id: "${ids.reminder}") { ... on Reminder { task { title } } } }`],
    ['node of a series', () => `{ node(id: "${ids.recurrence}") { ... on Recurrence { title } } }`],
    [
      'nodes',
      () => `{ nodes(ids: ["${ids.task}", "${ids.comment}"]) { ... on Task { title } ... on Comment { text } } }`,
    ],
    ['tasks', tasksOf('{}')],
    ['tasks of a project', tasksOf('{ projectId: PROJECT }')],
    ['tasks of any project', tasksOf('{ hasProject: true }')],
    ['tasks in no other state', tasksOf('{ not: { status: COMPLETED } }')],
    ['tasks of one of two kinds', tasksOf('{ or: [{ projectId: PROJECT }, { hasProject: false }] }')],
    ['tasks that are due', tasksOf('{ due: NEXT_7_DAYS, projectId: PROJECT }')],
    ['tasks with a text', tasksOf(`{ text: "${word}" }`)],
    ['tasks with a tag', tasksOf(`{ tags: ["${word}"] }`)],
    ['tasks of their creator', () => `{ tasks(filter: { creatorId: "${idOf(people.creator)}" }) { nodes { title } } }`],
    [
      'tasks of their assignee',
      () => `{ tasks(filter: { assigneeId: "${idOf(people.assignee)}" }) { nodes { title } } }`,
    ],
    ['tasks of a series', () => `{ tasks(filter: { recurrenceId: "${ids.recurrence}" }) { nodes { title } } }`],
    ['tags', () => '{ tags { tag } }'],
    ['comments', () => `{ task(id: "${ids.task}") { comments { nodes { text } } } }`],
    ['activity', () => `{ task(id: "${ids.task}") { activity { nodes { changes { field after } } } } }`],
    ['reminders', () => '{ reminders { nodes { task { title } } } }'],
    ['recurrence', () => `{ recurrence(id: "${ids.recurrence}") { title openTasks { title } } }`],
    ['recurrences', () => '{ recurrences { nodes { title } } }'],
    ['bulk by ids', () => bulk(`{ ids: ["${ids.task}"] }`)],
    ['bulk by a filter', () => bulk(`{ filter: { projectId: "${ids.project}" } }`)],
  ];
  const occurrences = () => `{ occurrences(id: "${ids.recurrence}", first: 1) { nodes { at } } }`;
  const ask = async (person: Person) => {
    const { id } = (await person.run(StartConversationDocument)).startConversation.conversation;
    return person.run(SendMessageDocument, { conversationId: id, text: 'show my tasks' });
  };

  /** To whom something of the project is told. */
  const toldTo = async (look: (person: Person) => Promise<unknown>, told = word): Promise<Role[]> => {
    const seers: Role[] = [];
    for (const role of roles) if (JSON.stringify(await look(people[role])).includes(told)) seers.push(role);
    return seers;
  };

  const seen = (expected: Role[]) => {
    test.each(documents)('%s', async (_, document) => {
      expect(await toldTo((person) => tell(person, document()))).toEqual(expected);
    });
    test('occurrences', async () => {
      expect(await toldTo((person) => tell(person, occurrences()), '2026-02')).toEqual(expected);
    });
    test('an export', async () => {
      expect(await toldTo((person) => exportNow(test_, person, { format: 'JSON' }))).toEqual(expected);
    });
    test('a question in the chat', async () => {
      expect(await toldTo(ask)).toEqual(expected);
    });
    test('the calendar of who is to do it', async () => {
      const calendar = ({ viewer }: Person) => calendarText({ app: test_.app, viewer, requestId: 'a test' });
      expect(await toldTo(calendar)).toEqual(expected.filter((role) => role === 'assignee'));
    });
  };
  const undo = (person: Person, role: Role) =>
    tell(person, `mutation { undo(changeId: "${changes[role]}") { tasks { title } } }`);

  describe('while it is open: the whole tenant', () => seen(['owner', 'maker', 'member', 'creator', 'assignee']));

  describe('when it is private: its members, not who made a task or is to do it', () => {
    beforeAll(() => people.maker.run(UpdateProjectDocument, { input: { id: ids.project, isPrivate: true } }));
    seen(['maker', 'member']);
    test('undo of what was changed before', async () => {
      for (const role of ['owner', 'creator', 'assignee'] as const) {
        expect(JSON.stringify(await undo(people[role], role))).not.toContain(word);
      }
    });
  });

  describe('when a member was removed: those who are left', () => {
    beforeAll(() =>
      people.maker.run(RemoveProjectMemberDocument, { projectId: ids.project, userId: idOf(people.member) }),
    );
    seen(['maker']);
    test('undo of what was changed before', async () => {
      expect(JSON.stringify(await undo(people.member, 'member'))).not.toContain(word);
    });
  });
});
describe('who lost sight of a task', () => {
  test('is told nothing of it by repeating a call', async () => {
    const [maker, member] = [await tenant.person('maker'), await tenant.person('member')];
    const projectId = await newProject(maker, true);
    const userId = idOf(member);
    await maker.run(AddProjectMemberDocument, { projectId, userId });
    const taskId = (await maker.run(CreateTaskDocument, { input: { title: 'a task', projectId } })).createTask.task.id;
    const hanging = `project { name } comments { nodes { text } } reminders { remindAt } recurrence { title }
      subtasks { title } activity { nodes { changes { after } } }`;
    const calls = [
      `mutation { updateTask(input: { id: "${taskId}", priority: HIGH }, idempotencyKey: "update")
        { task { ${hanging} } } }`,
      `mutation { createComment(input: { taskId: "${taskId}", text: "a comment" }, idempotencyKey: "comment")
        { comment { task { title ${hanging} } } } }`,
      `mutation { createReminder(input: { taskId: "${taskId}", trigger: ABSOLUTE, at: "2026-02-05T08:00:00Z" },
        idempotencyKey: "reminder") { reminder { task { title ${hanging} } } } }`,
    ];
    for (const call of calls) await member.run(call);
    await maker.run(RemoveProjectMemberDocument, { projectId, userId });
    const later = { title: 'later', due: { at: '2026-03-01T00:00:00Z' } };
    await maker.run(UpdateProjectDocument, { input: { id: projectId, name: 'later' } });
    await maker.run(UpdateTaskDocument, { input: { id: taskId, ...later } });
    await maker.run(CreateTaskDocument, { input: { title: 'later', parentId: taskId } });
    await maker.run(CreateCommentDocument, { input: { taskId, text: 'later' } });
    await maker.run(CreateReminderDocument, { input: { taskId, trigger: 'ABSOLUTE', at: '2026-03-02T00:00:00Z' } });
    for (const call of calls) {
      expect(JSON.stringify(await maker.answer(call)), 'what there is to be told').toMatch(/later/);
      expect(JSON.stringify(await member.answer(call))).not.toMatch(/later|2026-03/);
    }
  });
});
