import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../src/shared/ids.ts';
import type { Caller } from '../support/person.ts';
import { followTasks, type TaskFollower } from '../support/task-follower.ts';
import { until } from '../support/until.ts';
import type { World } from './world.ts';

/** A task whose creation the server acknowledged. Its title says when its reminder is due. */
export type Acknowledged = { id: string; title: string; atMs: number; remindAtMs: number | null };

/** What clients saw of the server. */
export type Observed = {
  acknowledged: readonly Acknowledged[];
  /** The time of each answer without an error. */
  readAtMs: readonly number[];
  writtenAtMs: readonly number[];
  followers: readonly TaskFollower[];
  /** What must not happen to a client: a refusal, or the end of a subscription. */
  faults: readonly string[];
};

/** Clients that write, read and follow until they are stopped. */
export type Load = { observed: Observed; stop(): Promise<void> };

const writers = 3;
const readers = 2;
const followers = 2;
const pauseMs = 150;
/** A client waits no longer for an answer and asks another server. */
const patienceMs = 2_000;
/** Every third task has a reminder, due a few seconds after it is made. */
const remindAfterMs = 4_000;

export async function startLoad(world: World, random: () => number): Promise<Load> {
  const stopping = new AbortController();
  const acknowledged: Acknowledged[] = [];
  const readAtMs: number[] = [];
  const writtenAtMs: number[] = [];
  const faults: string[] = [];
  const call = callerOf(world, { random, faults, signal: stopping.signal });
  const [...people] = world.people;
  const nextPerson = () => people.shift() as Caller;

  // Everybody sees the tasks of a project, so that followers need not be who writes.
  const project = await call(
    nextPerson(),
    'mutation { createProject(input: { name: "Chaos" }) { project { id } } }',
    {},
  );
  const projectId = project?.createProject?.project.id;

  const following = Array.from({ length: followers }, () =>
    followTasks({
      urls: new Set(world.apis.map(({ url }) => url)),
      token: nextPerson().token,
      random,
      onFault: (fault) => faults.push(fault),
    }),
  );
  await Promise.all(following.map((one) => until(() => one.isReady, { what: 'READY' })));

  const write = async (person: Caller, n: number) => {
    const title = `chaos ${newId()}`;
    const remindAtMs = n % 3 === 0 ? Date.now() + remindAfterMs : null;
    const reminders = remindAtMs ? [{ trigger: 'ABSOLUTE', at: new Date(remindAtMs).toISOString() }] : [];
    const data = await call(person, createTask, { title, projectId, reminders, key: newId() });
    if (!data?.createTask) return;
    acknowledged.push({ id: data.createTask.task.id, title, atMs: Date.now(), remindAtMs });
    writtenAtMs.push(Date.now());
  };
  const read = async (person: Caller) => {
    if (await call(person, '{ tasks(first: 10) { edges { node { id title } } } }', {})) readAtMs.push(Date.now());
  };
  const running = [
    ...Array.from({ length: writers }, () => again(nextPerson(), write, stopping.signal)),
    ...Array.from({ length: readers }, () => again(nextPerson(), read, stopping.signal)),
  ];
  return {
    observed: { acknowledged, readAtMs, writtenAtMs, followers: following, faults },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

const createTask = `mutation ($title: String!, $projectId: ID!, $reminders: [ReminderInput!], $key: String!) {
  createTask(input: { title: $title, projectId: $projectId, reminders: $reminders }, idempotencyKey: $key) { task { id } }
}`;

async function again(
  person: Caller,
  act: (person: Caller, n: number) => Promise<unknown>,
  stopping: AbortSignal,
): Promise<void> {
  for (let n = 0; !stopping.aborted; n += 1) {
    await act(person, n);
    await delay(pauseMs);
  }
}

type Data = { createTask?: { task: { id: string } }; createProject?: { project: { id: string } } };
type Answer = { data?: Data | null; errors?: { message: string; extensions: { code: string } }[] };
type Calling = { random: () => number; faults: string[]; signal: AbortSignal };

/**
 * Calls a server, and the next one when the first does not answer or says that it cannot now. The idempotency key makes
 * that safe. @returns null for a refusal, or when nobody answered until the load was stopped.
 */
function callerOf({ apis }: World, { random, faults, signal }: Calling) {
  return async ({ token }: Caller, query: string, variables: object): Promise<Data | null> => {
    for (let at = Math.floor(random() * apis.length); ; at += 1) {
      const { url } = apis[at % apis.length] as { url: string };
      const answer = await post(url, token, JSON.stringify({ query, variables })).catch(() => null);
      if (answer?.data && !answer.errors) return answer.data;
      const code = answer?.errors?.[0]?.extensions.code;
      if (code && !passing.has(code)) {
        const { message } = answer.errors?.[0] ?? {};
        // After an outage, a repeated call may come too late for its reminder.
        if (!message?.endsWith('This time has passed.')) faults.push(`${code}: ${message}`);
        return null;
      }
      if (signal.aborted) return null;
      await delay(50);
    }
  };
}

/** Codes after which a client tries again. */
const passing = new Set(['UNAVAILABLE', 'RATE_LIMITED']);

async function post(url: string, token: string, body: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(patienceMs),
  });
  return (await response.json()) as Answer;
}
