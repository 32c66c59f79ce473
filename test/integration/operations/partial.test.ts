import { type GraphQLField, getNullableType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { startTestServer, type TestServer } from '../server/fixture.ts';

// One field of a query that is refused must not take the answers to the other fields away.

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ schema });
});
afterAll(() => server[Symbol.asyncDispose]());

async function ask(query: string) {
  const response = await server.post({ query }, { authorization: `Bearer ${server.token}` });
  return (await response.json()) as {
    data: Record<string, unknown> | null;
    errors: { path: string[]; extensions: { code: string } }[];
  };
}

const gone = (type: string) => JSON.stringify(encodeGlobalId(type, newId()));

test.each([
  ['task', `task(id: ${gone('Task')}) { id }`, 'NOT_FOUND'],
  ['task', 'task(id: "bad") { id }', 'INVALID_INPUT'],
  ['project', `project(id: ${gone('Project')}) { id }`, 'NOT_FOUND'],
  ['recurrence', `recurrence(id: ${gone('Recurrence')}) { id }`, 'NOT_FOUND'],
  ['occurrences', `occurrences(id: ${gone('Recurrence')}) { nodes { at } }`, 'NOT_FOUND'],
  ['conversation', `conversation(id: ${gone('Conversation')}) { id }`, 'NOT_FOUND'],
  ['transfer', `transfer(id: ${gone('Transfer')}) { id }`, 'NOT_FOUND'],
  ['node', `node(id: ${gone('Task')}) { id }`, 'NOT_FOUND'],
  ['tasks', `tasks(savedFilterId: ${gone('SavedFilter')}) { nodes { id } }`, 'NOT_FOUND'],
  ['execution', `execution(id: ${gone('Execution')}) { id }`, 'FORBIDDEN'],
  ['executions', 'executions { nodes { id } }', 'FORBIDDEN'],
  ['events', 'events { nodes { type } }', 'FORBIDDEN'],
  ['invitations', 'invitations { email }', 'FORBIDDEN'],
  ['erasure', `erasure(userId: ${gone('User')}) { rows }`, 'FORBIDDEN'],
])('%s is null when it is refused, and the fields beside it are answered: %s', async (name, field, code) => {
  const { data, errors } = await ask(`{ me { role } ${field} }`);
  expect(data).toEqual({ me: { role: 'MEMBER' }, [name]: null });
  expect(errors).toMatchObject([{ path: [name], extensions: { code } }]);
});

test('each query that looks something up by an id can be null', () => {
  const takesId = ({ args }: GraphQLField<unknown, unknown>) =>
    args.some(({ type }) => getNullableType(type).toString() === 'ID');
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(takesId);
  expect(fields.length).toBeGreaterThan(8);
  expect(fields.filter(({ type }) => getNullableType(type) !== type).map(({ name }) => name)).toEqual([]);
});
