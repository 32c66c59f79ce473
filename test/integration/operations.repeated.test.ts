import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { startTestServer, type TestServer } from './server-fixture.ts';

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

const fiveTimes = async (run: () => Promise<void>) => {
  for (let time = 1; time <= 5; time += 1) await run();
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
