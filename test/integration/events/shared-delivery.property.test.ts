import { type DocumentNode, type ExecutionArgs, execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import type { Viewer } from '../../../src/auth/viewer.ts';
import { Payloads } from '../../../src/server/graphql/payloads.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { collect, type Deliveries, reaches } from '../../support/deliveries.ts';
import { numberedHead, withQuickCheckpoints } from '../../support/log.ts';
import { AddProjectMemberDocument, CreateProjectDocument, CreateTaskDocument } from '../../support/operations.ts';
import { pick, seededRandom } from '../../support/random.ts';
import { createPerson, createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

// Subscribers share judgements and payloads. Whatever they are, they must get what each of them would get alone: a log, a
// judge and an execution of their own. Changes are made by another process. ERRAND_TEST_SEED repeats a run.

const seed = Number(process.env.ERRAND_TEST_SEED ?? Date.now() % 1_000_000_000);
const changes = 40;

let test_: TestApp;
let elsewhere: App;
beforeAll(async () => {
  test_ = await createTestApp();
  elsewhere = createApp(test_.app.config);
});
afterAll(async () => {
  await elsewhere[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

const cursor = '... on StreamPayload { cursor }';
const tasks = parse(`subscription ($filter: TaskFilter, $after: String, $mine: Boolean = false) {
  taskChanged(filter: $filter, after: $after) {
    __typename ${cursor}
    ... on TaskChanged { kind changeId task { title status isOverdue tags version @skip(if: $mine) } }
    ... on TaskLeft { taskId }
  }
}`);
const related = parse(`subscription ($filter: TaskFilter, $after: String) {
  taskChanged(filter: $filter, after: $after) {
    __typename ${cursor}
    ... on TaskChanged {
      task { title project { name members { name } } parent { title } subtasks { title } subtaskCounts { open done }
        assignee { name } comments { nodes { text } } activity { nodes { changes { field } } } }
    }
  }
}`);
const projects = parse(`subscription ($after: String) {
  projectChanged(after: $after) {
    __typename ${cursor} ... on ProjectChanged { kind project { name members { name } } } ... on ProjectLeft { projectId }
  }
}`);
const reminders = parse(`subscription ($after: String) {
  reminderChanged(after: $after) { __typename ${cursor} ... on ReminderChanged { kind reminder { id task { title } } } }
}`);
const log = parse(`subscription ($types: [EventType!], $after: String) {
  eventAppended(types: $types, after: $after) {
    __typename ${cursor} ... on Event { type objectId actor { name } before after }
  }
}`);

type Payload = { __typename: string; cursor: string };
type Subscriber = { name: string; shared: Deliveries<Payload>; single: Deliveries<Payload> };

function filtersOf(people: readonly Person[]): object[] {
  const users = people.map(({ viewer }) => encodeGlobalId('User', viewer.userId));
  return [
    {},
    { tags: ['a'] },
    { hasProject: true },
    { due: 'TODAY' },
    { isOverdue: true },
    { assigneeId: users[1] },
    { not: { or: [{ tags: ['b'] }, { status: 'COMPLETED' }] } },
    { isDeleted: true },
  ];
}

/** People of equal and of different roles, with credentials of different scopes, in several time zones. */
async function createPeople(random: () => number) {
  const { alice, person } = await test_.tenant();
  const roles = ['MEMBER', 'MEMBER', 'MEMBER', 'MEMBER', 'MEMBER', 'VIEWER', 'VIEWER', 'ADMIN'] as const;
  const people = await Promise.all(roles.map((role, n) => person(`person ${n}`, role)));
  const scopes: Viewer['scopes'][] = [null, null, null, new Set(['task:read']), new Set(['task:read', 'event:read'])];
  const viewers = people.map(({ viewer }) => ({
    ...viewer,
    scopes: pick(scopes, random),
    timeZone: pick(['UTC', 'Asia/Tokyo', 'America/Los_Angeles'], random),
  }));
  return { alice, people, viewers: [alice.viewer, ...viewers] };
}

async function subscribeBoth(
  shared: Person,
  single: Person,
  { document, variables }: { document: DocumentNode; variables: object },
): Promise<Subscriber | null> {
  const open = async (person: Person) =>
    collect(mapped(await person.subscribe<Record<string, Payload>, object>(document, variables)));
  const name = `${shared.viewer.userId} ${document.loc?.source.body} ${JSON.stringify(variables)}`;
  const first = await open(shared).catch(() => null);
  if (!first) {
    await expect(open(single)).rejects.toThrow();
    return null;
  }
  return { name, shared: first, single: await open(single) };
}

function mapped(source: AsyncIterableIterator<Record<string, Payload>>): AsyncIterableIterator<Payload> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const { done, value } = await source.next();
      return done ? { done, value } : { done: false, value: Object.values(value)[0] as Payload };
    },
    return: async () => {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}

type World = {
  writers: readonly Person[];
  alice: Person;
  users: readonly string[];
  tasks: string[];
  projects: string[];
  random: () => number;
};

/** A project with some of the people in it, and a task. */
async function startProject({ alice, users, tasks, projects, random }: World, isPrivate: boolean): Promise<void> {
  const { createProject } = await alice.run(CreateProjectDocument, { input: { name: 'started', isPrivate } });
  const projectId = createProject.project.id;
  for (const userId of users) if (random() < 0.5) await alice.run(AddProjectMemberDocument, { projectId, userId });
  const { createTask } = await alice.run(CreateTaskDocument, { input: { title: 'first', tags: ['a'], projectId } });
  projects.push(projectId);
  tasks.push(createTask.task.id);
}

/** Makes one random change, as somebody. One that is refused is no change. */
async function changeSomething(world: World): Promise<void> {
  const { writers, alice, users, random } = world;
  // The owner is a member of every project, so that half of the changes are allowed in any of them.
  const someone = random() < 0.5 ? alice : pick(writers, random);
  const maybe = <T>(value: T): T | null => (random() < 0.5 ? value : null);
  const made = async (mutation: string, variables: object, by = someone) => {
    const { data } = await by.answer<unknown, object>(mutation, variables);
    return (Object.values(data ?? {})[0] ?? {}) as { task?: { id: string }; project?: { id: string } };
  };
  const task = () => pick(world.tasks, random);
  const project = () => pick(world.projects, random);
  const days = Math.floor(random() * 3) - 1;
  const at = new Date(Date.now() + days * 86_400_000 + 3_600_000).toISOString();
  const actions: [number, () => Promise<unknown>][] = [
    [
      6,
      async () => {
        const input = {
          title: `task ${world.tasks.length}`,
          tags: pick([[], ['a'], ['b'], ['a', 'b']], random),
          due: maybe({ at }),
          ...(random() < 0.8 ? { projectId: project() } : { assigneeId: pick(users, random) }),
        };
        const { task } = await made(
          'mutation ($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }',
          { input },
        );
        if (task) world.tasks.push(task.id);
      },
    ],
    [
      4,
      () => {
        const place = random() < 0.5 ? { projectId: maybe(project()) } : { parentId: maybe(task()) };
        const input = {
          id: task(),
          title: `title ${random()}`,
          assigneeId: maybe(pick(users, random)),
          ...maybe(place),
        };
        return made('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { task { id } } }', { input });
      },
    ],
    [2, () => made('mutation ($id: ID!) { completeTask(id: $id) { task { id } } }', { id: task() })],
    [1, () => made('mutation ($id: ID!) { deleteTask(id: $id) { task { id } } }', { id: task() })],
    [
      1,
      () =>
        made('mutation ($input: CreateCommentInput!) { createComment(input: $input) { changeId } }', {
          input: { taskId: task(), text: 'a comment' },
        }),
    ],
    [
      1,
      () =>
        made('mutation ($input: CreateReminderInput!) { createReminder(input: $input) { changeId } }', {
          input: { taskId: task(), trigger: 'ABSOLUTE', at: new Date(Date.now() + 86_400_000).toISOString() },
        }),
    ],
    [
      2,
      async () => {
        const input = { name: `project ${world.projects.length}`, isPrivate: random() < 0.5 };
        const { project } = await made(
          'mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }',
          { input },
          alice,
        );
        if (project) world.projects.push(project.id);
      },
    ],
    [
      4,
      () =>
        made(
          'mutation ($projectId: ID!, $userId: ID!) { addProjectMember(projectId: $projectId, userId: $userId) { changeId } }',
          { projectId: project(), userId: pick(users, random) },
          alice,
        ),
    ],
    [
      2,
      () =>
        made(
          'mutation ($projectId: ID!, $userId: ID!) { removeProjectMember(projectId: $projectId, userId: $userId) { changeId } }',
          { projectId: project(), userId: pick(users, random) },
          alice,
        ),
    ],
    [
      1,
      () => made('mutation ($id: ID!) { removeMember(userId: $id) { changeId } }', { id: pick(users, random) }, alice),
    ],
  ];
  let at_ = random() * actions.reduce((sum, [weight]) => sum + weight, 0);
  const [, act] = actions.find(([weight]) => {
    at_ -= weight;
    return at_ < 0;
  }) as (typeof actions)[number];
  await act();
}

/** What a subscriber was told, without what only says where its stream is. */
function told({ items }: Deliveries<Payload>): readonly Payload[] {
  return items.filter(({ __typename }) => !['StreamReady', 'StreamCheckpoint'].includes(__typename));
}

/** Until everything that is committed was delivered to everybody, or their stream has ended. */
async function allDelivered(app: App, subscribers: readonly Subscriber[]): Promise<void> {
  const isReached = reaches(await numberedHead(app));
  await Promise.allSettled(
    subscribers.flatMap(({ shared, single }) => [shared.until(isReached), single.until(isReached)]),
  );
}

/** Disposes of everything that was added, the latest first. */
function together() {
  const all: AsyncDisposable[] = [];
  return {
    add: (...more: AsyncDisposable[]) => void all.push(...more),
    async [Symbol.asyncDispose]() {
      for (const each of all.reverse()) await each[Symbol.asyncDispose]();
    },
  };
}

test(`whoever shares gets what they would get alone (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  const counted = { shared: 0, single: 0 };
  const counting = (how: keyof typeof counted) =>
    new Payloads((args: ExecutionArgs) => {
      if ('event' in (args.rootValue as object)) counted[how] += 1;
      return execute(args);
    });
  const { alice, people, viewers } = await createPeople(random);
  const app = withQuickCheckpoints(test_.app);
  await using opened = together();
  opened.add(app);
  const sharedPayloads = counting('shared');
  const subscribers: Subscriber[] = [];
  const subscribe = async (viewer: Viewer, document: DocumentNode, variables: object) => {
    const own = withQuickCheckpoints(test_.app);
    opened.add(own);
    const single = createPerson(own, viewer, counting('single'));
    const both = await subscribeBoth(createPerson(app, viewer, sharedPayloads), single, { document, variables });
    if (!both) return;
    subscribers.push(both);
    opened.add(both.shared, both.single);
  };
  const world = {
    writers: [alice, ...people].map(({ viewer }) => createPerson(elsewhere, viewer)),
    alice: createPerson(elsewhere, alice.viewer),
    users: [alice, ...people].map(({ viewer }) => encodeGlobalId('User', viewer.userId)),
    tasks: [] as string[],
    projects: [] as string[],
    random,
  };
  for (let n = 0; n < 4; n += 1) await startProject(world, n % 2 === 0);
  // Otherwise an event could be numbered between the starts of two subscribers.
  await numberedHead(app);
  const filters = filtersOf([alice, ...people]);
  for (const viewer of viewers) {
    await subscribe(viewer, tasks, {});
    await subscribe(viewer, tasks, { filter: pick(filters, random), mine: random() < 0.5 });
    await subscribe(viewer, related, { filter: pick(filters, random) });
    await subscribe(viewer, pick([projects, reminders], random), {});
    await subscribe(viewer, log, { types: random() < 0.5 ? ['TASK_CREATED', 'PROJECT_UPDATED'] : null });
  }
  await allDelivered(app, subscribers);

  for (let n = 0; n < changes; n += 1) {
    await changeSomething(world);
    await allDelivered(app, subscribers);
  }

  for (const { name, shared, single } of subscribers) expect(told(shared), name).toEqual(told(single));
  expect(subscribers.flatMap(({ shared }) => told(shared)).length).toBeGreaterThan(changes);
  expect(counted.shared).toBeLessThan(0.9 * counted.single);
});
