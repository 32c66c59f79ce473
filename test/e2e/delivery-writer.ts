import { newId } from '../../src/shared/ids.ts';
import type { Caller } from '../support/person.ts';
import { pick } from '../support/random.ts';

type Answer = { data?: Record<string, { task: { id: string } }>; errors?: { extensions: { code: string } }[] };

async function mutate(url: string, { token }: Caller, query: string, variables: object): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

export async function createTask(url: string, caller: Caller, title: string): Promise<string> {
  const query = 'mutation ($title: String!) { createTask(input: { title: $title }) { task { id } } }';
  const { data, errors } = await mutate(url, caller, query, { title });
  if (!data?.createTask) throw new Error(`The task was not made: ${JSON.stringify(errors)}`);
  return data.createTask.task.id;
}

type Writer = {
  /** The servers that live, of which one is chosen for each call. */
  urls: ReadonlySet<string>;
  caller: Caller;
  tasks: readonly string[];
  count: number;
  random: () => number;
  onChange: () => void;
};

/** Makes so many changes of random tasks, each exactly once whatever happens to the servers. */
export async function writeRestlessly({ urls, caller, tasks, count, random, onChange }: Writer): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const variables = { id: pick(tasks, random), title: `change ${newId()}`, key: newId() };
    await changeOnce(() => pick([...urls], random), caller, variables);
    onChange();
  }
}

const update = `mutation ($id: ID!, $title: String!, $key: String!) {
  updateTask(input: { id: $id, title: $title }, idempotencyKey: $key) { task { id } }
}`;

/** A call whose server died may have been done or not; its idempotency key makes sending it again safe. */
async function changeOnce(chooseUrl: () => string, caller: Caller, variables: object): Promise<void> {
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    const answer = await mutate(chooseUrl(), caller, update, variables).catch((error: unknown) => {
      if (error instanceof TypeError) return null;
      throw error;
    });
    if (answer?.data?.updateTask) return;
    if (answer?.errors) throw new Error(`The change was refused: ${JSON.stringify(answer.errors)}`);
  }
  throw new Error('No server answered.');
}
