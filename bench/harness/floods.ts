import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { insertReminders } from '../../test/support/insert-reminders.ts';
import { HttpCaller } from './http-caller.ts';
import type { Seeded } from './seed.ts';
import { subscribeMany } from './subscribe-many.ts';

/** Where a tenant floods: its members, of whom each has a project with all others, and tasks. */
export type Site = {
  url: string;
  db: pg.Pool;
  members: readonly Seeded[];
  taskIds: readonly string[];
  projectId: string;
};

/** The requests of a flood that were answered, and those that were refused or failed. */
export type Counts = { answered: number; refused: number };

/** Floods until the signal aborts, and can be repeated. */
export type Flooding = (signal: AbortSignal) => Promise<Counts>;

/** The costliest requests that the default limits allow, each kind alone. What needs preparation is prepared once. */
export const floods = {
  reads: async (site) => (signal) => repeat(site, [reading, readingMany], signal),
  searches: async (site) => (signal) => repeat(site, Array.from({ length: 100 }, searching), signal),
  changes: async (site) => (signal) => repeat(site, [creating, updating(site)], signal),
  subscriptions: async (site) => {
    await Promise.all(site.members.map(({ token }) => subscribeMany({ url: site.url, token, ...subscription })));
    const body = JSON.stringify({
      query: creatingOne,
      variables: { input: { title: 'for all', projectId: site.projectId } },
    });
    return (signal) => repeat({ ...site, callers: 4 }, [body], signal);
  },
  imports: async (site) => (signal) => repeatImports(site, signal),
  webhooks: async (site) => {
    const receiver = await receiveWebhooks();
    return (signal) => sendReminders(site, receiver, signal);
  },
} satisfies Record<string, (site: Site) => Promise<Flooding>>;

export type FloodName = keyof typeof floods;

const fields = Array.from({ length: 30 }, (_, n) => n);
/** As many statements as one operation can have, each with a whole object. */
const reading = JSON.stringify({
  query: `{ ${fields
    .map((n) => `a${n}: tasks(first: 1) { nodes { id title notes status tags due { at } createdAt creator { name } } }`)
    .join(' ')} }`,
});

/** As many objects as one operation can have. */
const readingMany = JSON.stringify({
  query: `{ ${fields
    .slice(0, 12)
    .map((n) => `a${n}: tasks(first: 200) { nodes { id title notes } }`)
    .join(' ')} }`,
});

/** Each list reads all tasks of the member. */
function searching(_: unknown, request: number): string {
  const list = (n: number) => `a${n}: tasks(first: 1, filter: $f${n}, orderBy: { field: UPDATED }) { totalCount }`;
  const filter = (n: number) => ({ or: [{ text: `none${request} word${n}` }, { and: [{ text: `nothing${n}` }] }] });
  return JSON.stringify({
    query: `query (${fields.map((n) => `$f${n}: TaskFilter!`).join(' ')}) { ${fields.map(list).join(' ')} }`,
    variables: Object.fromEntries(fields.map((n) => [`f${n}`, filter(n)])),
  });
}

const creating = JSON.stringify({
  query: `mutation ($input: CreateTaskInput!) { ${fields.map((n) => `a${n}: createTask(input: $input) { changeId }`).join(' ')} }`,
  variables: { input: { title: 'flood', notes: Array.from({ length: 2_000 }, (_, n) => `word${n}`).join(' ') } },
});

/** Ten changes, each of as many tasks as one can have. */
function updating({ taskIds }: Site): string {
  const change = (n: number) =>
    `a${n}: updateTasks(target: { ids: $ids }, changes: { priority: ${n % 2 ? 'HIGH' : 'LOW'} }) { changeId }`;
  return JSON.stringify({
    query: `mutation ($ids: [ID!]!) { ${fields.slice(0, 10).map(change).join(' ')} }`,
    variables: { ids: taskIds },
  });
}

const creatingOne = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId } }';

/** A member can have so many subscriptions of this cost. */
const subscription = {
  count: 200,
  query: `subscription { taskChanged { __typename ... on TaskChanged { kind changeId cursor task {
    id title notes status priority tags version isOverdue due { date at timeZone } createdAt updatedAt
    creator { id name } project { id name } comments(first: 5) { nodes { id } }
  } } } }`,
};

const usualCallers = 16;
const endWithinMs = 10_000;

/** Sends the requests again and again as all members; after a refusal without more of a pause than a network has. */
async function repeat(
  { url, members, callers = usualCallers }: Site & { callers?: number },
  bodies: readonly string[],
  signal: AbortSignal,
): Promise<Counts> {
  const counts = { answered: 0, refused: 0 };
  const open = Array.from({ length: callers }, (_, n) => graphqlCaller(url, members[n % members.length]));
  const callAgain = async (caller: HttpCaller, first: number) => {
    for (let sent = first; !signal.aborted; sent += 1) {
      const isAnswered = await caller.call(bodies[sent % bodies.length]).then(
        () => true,
        () => delay(10, false),
      );
      counts[isAnswered ? 'answered' : 'refused'] += 1;
    }
  };
  await Promise.race([Promise.all(open.map(callAgain)), endOf(signal)]);
  for (const caller of open) caller[Symbol.dispose]();
  return { ...counts };
}

/** Some time after the signal, whatever is still under way. */
async function endOf(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  await delay(endWithinMs, undefined, { ref: false });
}

function graphqlCaller(url: string, member: Seeded | undefined): HttpCaller {
  const headers = { authorization: `Bearer ${member?.token}`, 'content-type': 'application/json' };
  return new HttpCaller(new URL(`${url}/graphql`), { method: 'POST', headers });
}

const csv = `title,notes,tags\n${'a row of the flood,some words about it,"home,garden"\n'.repeat(20_000)}`;
const startImport = 'mutation { startImport(input: { format: CSV }) { transfer { id contentPath } } }';
const cancelTransfer = 'mutation ($id: ID!) { cancelTransfer(id: $id) { changeId } }';

/** Uploads files one after another as four members, and cancels what has not ended at the end. */
async function repeatImports({ url, members, db }: Site, signal: AbortSignal): Promise<Counts> {
  const counts = { answered: 0, refused: 0 };
  const importAgain = async ({ token }: Seeded) => {
    const started: string[] = [];
    while (!signal.aborted) {
      const id = await sendFile({ url, token }).catch(() => delay(10, null));
      counts[id ? 'answered' : 'refused'] += 1;
      if (id) started.push(id);
    }
    // Those that have ended cannot be cancelled.
    for (const id of started) await ask({ url, token }, cancelTransfer, { id }).catch(() => {});
  };
  await Promise.all(members.slice(0, 4).map(importAgain));
  const unfinished = 'SELECT FROM transfer WHERE "tenantId" = $1 AND "finishedAt" IS NULL LIMIT 1';
  const until = Date.now() + endWithinMs;
  while (Date.now() < until && (await db.query(unfinished, [members[0]?.tenantId])).rowCount) await delay(50);
  return { ...counts };
}

type Door = { url: string; token: string };

async function sendFile({ url, token }: Door): Promise<string> {
  type Started = { startImport: { transfer: { id: string; contentPath: string } } };
  const { transfer } = (await ask<Started>({ url, token }, startImport)).startImport;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url + transfer.contentPath, { method: 'PUT', headers, body: csv, signal: inTime() });
  if (!response.ok) throw new Error(await response.text());
  return transfer.id;
}

async function ask<D>({ url, token }: Door, query: string, variables: object = {}): Promise<D> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ query, variables });
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body, signal: inTime() });
  const { data, errors } = (await response.json()) as { data: D; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const inTime = () => AbortSignal.timeout(endWithinMs);

type Receiver = { url: string; received: number };

/** Answers at once: whoever answers slowly holds slots, but costs less. */
async function receiveWebhooks(): Promise<Receiver> {
  const server = createServer((req, res) => {
    receiver.received += 1;
    req.resume();
    res.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: 0 };
  return receiver;
}

/** More than can be sent, due at once. */
const reminders = 2_000;

async function sendReminders({ db, members }: Site, receiver: Receiver, signal: AbortSignal): Promise<Counts> {
  const [owner] = members;
  if (!owner) throw new Error('The tenant has no members.');
  await db.query(
    `INSERT INTO webhook (id, "tenantId", "userId", url, "createdAt") VALUES (gen_random_uuid(), $1, $2, $3, now())
     ON CONFLICT DO NOTHING`,
    [owner.tenantId, owner.userId, receiver.url],
  );
  const before = receiver.received;
  await insertReminders(db, owner, { count: reminders, at: 'now()', channel: 'WEBHOOK' });
  if (!signal.aborted) await once(signal, 'abort');
  await db.query('DELETE FROM reminder WHERE "tenantId" = $1', [owner.tenantId]);
  return { answered: receiver.received - before, refused: 0 };
}
