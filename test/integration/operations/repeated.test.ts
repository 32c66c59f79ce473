import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { startTestServer, type TestServer } from '../server/fixture.ts';

// The first time a server sees a document it interprets it, and from then on it runs compiled code. A client must not
// be able to tell: each operation here is sent five times.

let server: TestServer;
let authorization: string;

beforeAll(async () => {
  server = await startTestServer({ schema });
  authorization = `Bearer ${(await server.addPerson('OWNER')).token}`;
});
afterAll(() => server[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: answers to documents that no generated type describes.
async function send(query: string, variables: Record<string, unknown> = {}): Promise<any> {
  const response = await server.post({ query, variables }, { authorization });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

const fiveTimes = async (run: (time: number) => Promise<void>) => {
  for (let time = 1; time <= 5; time += 1) await run(time);
};

const fields = 'title notes tags priority due { date at timeZone }';
const notes = 'Call before noon.';
const full = { title: 'call mom', notes, tags: ['family'], priority: 'HIGH', due: { date: '2030-01-01' } };

async function createTask(): Promise<string> {
  const create = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }';
  return (await send(create, { input: full })).createTask.task.id;
}

test('updateTask leaves what the client did not give, whatever its document could have given', async () => {
  const id = await createTask();
  await fiveTimes(async () => {
    const document = `mutation ($id: ID!, $title: String, $notes: String, $tags: [String!], $due: TaskDueInput) {
      updateTask(input: { id: $id, title: $title, notes: $notes, tags: $tags, due: $due }) { task { ${fields} } }
    }`;
    const { updateTask } = await send(document, { id, title: 'call dad' });
    expect(updateTask.task).toMatchObject({ title: 'call dad', notes, tags: ['family'], due: { date: '2030-01-01' } });
  });
});

test('updateTask clears what the client set to null, each time', async () => {
  await fiveTimes(async () => {
    const document = `mutation ($id: ID!, $notes: String, $tags: [String!]) {
      updateTask(input: { id: $id, notes: $notes, tags: $tags }) { task { ${fields} } }
    }`;
    const { updateTask } = await send(document, { id: await createTask(), notes: null });
    expect(updateTask.task).toMatchObject({ title: 'call mom', notes: null, tags: ['family'] });
  });
});

test('a default of the document stands in for a variable that is absent, not for null', async () => {
  const id = await createTask();
  await fiveTimes(async () => {
    const document = `mutation ($id: ID!, $notes: String = "from the document") {
      updateTask(input: { id: $id, notes: $notes }) { task { notes } }
    }`;
    expect((await send(document, { id })).updateTask.task.notes).toBe('from the document');
    expect((await send(document, { id, notes: null })).updateTask.task.notes).toBeNull();
  });
});

test('a list is ordered by its own default when the order’s variable is absent', async () => {
  await fiveTimes(async () => {
    const document = `query ($direction: OrderDirection, $projectId: ID) {
      tasks(orderBy: { field: CREATED, direction: $direction }, filter: { projectId: $projectId }) { nodes { id } }
    }`;
    expect((await send(document)).tasks.nodes.length).toBeGreaterThan(0);
  });
});

test('a variable inside a JSON literal arrives', async () => {
  await fiveTimes(async () => {
    const document = `mutation ($seconds: Int!, $attempts: Int) {
      submitExecution(input: {
        plan: { steps: [{ name: "pause", type: "wait", input: { seconds: $seconds }, maxAttempts: $attempts }] }
        allowDuplicate: true
      }) { execution { plan } }
    }`;
    const { submitExecution } = await send(document, { seconds: 0, attempts: 2 });
    expect(submitExecution.execution.plan.steps[0]).toMatchObject({ input: { seconds: 0 }, maxAttempts: 2 });
    const without = await send(document, { seconds: 0 });
    expect(without.submitExecution.execution.plan.steps[0]).not.toHaveProperty('maxAttempts', 2);
  });
});

test('what is left out by a condition stays left out, also where its field is selected twice', async () => {
  await fiveTimes(async () => {
    const document = `query ($no: Boolean = true) {
      me { user { timeZone name @skip(if: true) } user @skip(if: true) { ...Name } role @skip(if: $no) }
    }
    fragment Name on User { name }`;
    expect(await send(document)).toEqual({ me: { user: { timeZone: 'Europe/Berlin' } } });
    expect(await send(document, { no: false })).toEqual({ me: { user: { timeZone: 'Europe/Berlin' }, role: 'OWNER' } });
  });
});

async function createProject(): Promise<string> {
  const create = 'mutation { createProject(input: { name: "Repeated" }) { project { id } } }';
  return (await send(create)).createProject.project.id;
}

test('updateTasks leaves what the client did not give', async () => {
  const projectId = await createProject();
  const id = await createTask();
  const move =
    'mutation ($id: ID!, $projectId: ID) { updateTask(input: { id: $id, projectId: $projectId }) { changeId } }';
  await send(move, { id, projectId });
  await fiveTimes(async (time) => {
    const document = `mutation ($ids: [ID!]!, $due: TaskDueInput, $priority: Priority, $project: ID, $add: [String!]) {
      updateTasks(
        target: { ids: $ids }
        changes: { due: $due, priority: $priority, projectId: $project, addTags: $add }
      ) { results { task { ${fields} project { id } } } }
    }`;
    const { updateTasks } = await send(document, { ids: [id], add: [`round${time}`] });
    expect(updateTasks.results).toMatchObject([
      { task: { notes, priority: 'HIGH', due: { date: '2030-01-01' }, project: { id: projectId } } },
    ]);
    expect(updateTasks.results[0].task.tags).toContain(`round${time}`);
  });
});

test('updateTask keeps the project when the project’s variable is absent, and leaves it when it is null', async () => {
  const projectId = await createProject();
  const document = `mutation ($id: ID!, $title: String, $projectId: ID) {
    updateTask(input: { id: $id, title: $title, projectId: $projectId }) { task { project { id } } }
  }`;
  const id = await createTask();
  await fiveTimes(async () => {
    expect((await send(document, { id, projectId })).updateTask.task.project).toEqual({ id: projectId });
    expect((await send(document, { id, title: 'renamed' })).updateTask.task.project).toEqual({ id: projectId });
    expect((await send(document, { id, projectId: null })).updateTask.task.project).toBeNull();
  });
});

test('updateRecurrence leaves what the client did not give', async () => {
  const create = `mutation ($task: CreateTaskInput!) {
    createRecurrence(input: { task: $task, preset: WEEKLY, interval: 2, count: 9, missed: LATEST, skipWeekends: true }) {
      recurrence { id }
    }
  }`;
  const { id } = (await send(create, { task: full })).createRecurrence.recurrence;
  const document = `mutation ($id: ID!, $title: String, $notes: String, $tags: [String!], $count: Int, $until: Date,
      $missed: MissedPolicy, $interval: Int, $skipWeekends: Boolean, $projectId: ID, $priority: Priority) {
    updateRecurrence(input: { id: $id, title: $title, notes: $notes, tags: $tags, count: $count, until: $until,
      missed: $missed, interval: $interval, skipWeekends: $skipWeekends, projectId: $projectId, priority: $priority }) {
      recurrence { title notes tags priority interval count missed skipWeekends }
    }
  }`;
  const kept = {
    notes,
    tags: ['family'],
    priority: 'HIGH',
    interval: 2,
    count: 9,
    missed: 'LATEST',
    skipWeekends: true,
  };
  await fiveTimes(async (time) => {
    const title = `round ${time}`;
    expect((await send(document, { id, title })).updateRecurrence.recurrence).toEqual({ title, ...kept });
  });
});

test('updateSavedFilter leaves what the client did not give', async () => {
  const create = `mutation {
    createSavedFilter(input: { name: "round 0", filter: { tags: ["family"] }, orderBy: { field: DUE, direction: DESC } }) {
      savedFilter { id filter orderBy }
    }
  }`;
  const { id, filter, orderBy } = (await send(create)).createSavedFilter.savedFilter;
  const document = `mutation ($id: ID!, $name: String, $filter: TaskFilter, $orderBy: TaskOrder) {
    updateSavedFilter(id: $id, input: { name: $name, filter: $filter, orderBy: $orderBy }) {
      savedFilter { name filter orderBy }
    }
  }`;
  await fiveTimes(async (time) => {
    const name = `round ${time}`;
    expect((await send(document, { id, name })).updateSavedFilter.savedFilter).toEqual({ name, filter, orderBy });
  });
  await fiveTimes(async () => {
    const cleared = await send(document, { id, orderBy: null });
    expect(cleared.updateSavedFilter.savedFilter).toMatchObject({ filter, orderBy: null });
  });
});
