import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import { change } from '../../../src/domain/records/change.ts';
import { saveRecord } from '../../../src/domain/records/save-records.ts';
import { lockLiveTask, taskRecords } from '../../../src/domain/tasks/store.ts';
import type { Task } from '../../../src/generated/prisma/client.ts';
import { locks } from '../../../src/infra/postgres/session-lock.ts';
import type { StreamCursor } from '../../../src/shared/cursor.ts';
import { decodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import {
  createTestDatabase,
  hasRedis,
  type RedisServer,
  startRedis,
  type TestDatabase,
} from '../../support/database.ts';
import { CreateTaskDocument } from '../../support/operations.ts';
import { createTestApp, type Person } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const writers = 16;
const changesPerWriter = 25;
const subscribers = 8;
const taskCount = 12;

type Seen = { seq: bigint; objectId: string; before: number | null; after: number };

/** Several processes' worth of Apps on one database. */
async function createApps(count: number, redis: { url: string } | null) {
  const first = await createTestApp({ redis });
  const config = { ...first.app.config };
  const others = Array.from({ length: count - 1 }, () => createApp(config));
  return {
    first,
    apps: [first.app, ...others],
    [Symbol.asyncDispose]: async () => {
      for (const app of others) await app[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
    },
  };
}

/**
 * Changes random tasks in every way that makes numbering hard: transactions held open, transaction ids taken long before
 * the row is touched, several rows in one, roll backs.
 */
async function writeAwkwardly(app: App, { viewer }: Person, tasks: readonly string[], random: () => number) {
  for (let n = 0; n < changesPerWriter; n += 1) {
    const acting = { app, viewer, requestId: newId() };
    const ids = [...new Set([pick(tasks, random), pick(tasks, random)])].sort();
    const fails = random() < 0.1;
    await change(acting, { operation: 'test', input: null }, async (tx) => {
      if (random() < 0.5) await tx.query('take-xid', 'SELECT pg_current_xact_id()', []);
      if (random() < 0.3) await delay(random() * 300);
      for (const id of ids) {
        const before = await lockLiveTask(tx, viewer, { id });
        if (random() < 0.2) await delay(random() * 50);
        await saveRecord(tx, taskRecords, before, { event: 'task.updated', changes: { title: `${n} of a writer` } });
      }
      if (fails) throw new Error('rolled back');
      return {};
    }).catch((error: unknown) => {
      if (!fails) throw error;
    });
  }
}

/** Reads until `isDone`, leaving and resuming from its cursor at random. */
async function subscribeRestlessly(app: App, tenantId: string, after: StreamCursor, random: () => number) {
  const seen: Seen[] = [];
  let cursor = after;
  const run = async (isDone: (seen: readonly Seen[]) => boolean) => {
    while (!isDone(seen)) {
      const leaving = new AbortController();
      const stay = Math.ceil(random() * 60);
      let count = 0;
      for await (const item of app.events.watch({
        tenantId,
        after: cursor,
        key: 'everything',
        subscriber: null,
        judge: (event) => ({ kind: 'EVENT' as const, cursor: event.cursor, event }),
        signal: leaving.signal,
      })) {
        expect(item.kind).not.toBe('RESYNC');
        cursor = item.cursor;
        if (item.kind === 'EVENT') seen.push(toSeen(item.event));
        count += 1;
        if (isDone(seen) || count >= stay) break;
      }
      leaving.abort();
    }
  };
  return { seen, run };
}

function toSeen(event: { seq: bigint; objectId: string; before: unknown; after: unknown }): Seen {
  const [before, after] = [event.before as Task | null, event.after as Task];
  return { seq: event.seq, objectId: event.objectId, before: before?.version ?? null, after: after.version };
}

function pick<T>(all: readonly T[], random: () => number): T {
  return all[Math.floor(random() * all.length)] as T;
}

/** A small seeded generator (mulberry32), so that a failure can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Keeps a transaction open in another database of the cluster, which must hold nobody up. */
async function busyNeighbour(database: TestDatabase) {
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_current_xact_id()');
  return { [Symbol.asyncDispose]: () => client.end() };
}

async function terminateHolder(app: App): Promise<number> {
  const { rows } = await app.db.query(
    `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
     WHERE l.locktype = 'advisory' AND l.granted AND l.objid = ${locks.numberEvents} AND d.datname = current_database()`,
  );
  return rows.length;
}

async function deliverToAll(apps: readonly App[], alice: Person, seed: number, isHolderKilled: boolean) {
  const first = apps[0] as App;
  const random = seededRandom(seed);
  // The first holder gives a cloned database an epoch of its own, which ends the cursors from before.
  await until(() => apps.some(({ sequencer }) => sequencer.isHolder));
  const start = await first.events.head();
  const tasks = await Promise.all(
    Array.from({ length: taskCount }, async (_, n) => {
      const { createTask } = await alice.run(CreateTaskDocument, { input: { title: `task ${n}` } });
      return decodeGlobalId('Task', createTask.task.id, ['id']);
    }),
  );
  const readers = await Promise.all(
    Array.from({ length: subscribers }, (_, n) =>
      subscribeRestlessly(apps[n % apps.length] as App, alice.viewer.tenantId, start, seededRandom(seed + n)),
    ),
  );
  let expected = Number.POSITIVE_INFINITY;
  const reading = readers.map((reader) => reader.run((seen) => seen.length >= expected));
  const writing = Array.from({ length: writers }, (_, n) =>
    writeAwkwardly(apps[n % apps.length] as App, alice, tasks, seededRandom(seed * 31 + n)),
  );
  if (isHolderKilled) {
    await delay(random() * 500);
    expect(await terminateHolder(first)).toBe(1);
  }
  await Promise.all(writing);
  const countEvents = 'SELECT count(*)::int AS count FROM event WHERE "tenantId" = $1';
  const { rows } = await first.db.query<{ count: number }>(countEvents, [alice.viewer.tenantId]);
  expected = (rows[0]?.count ?? 0) + 1;
  // One more, for those who wait and have everything but this.
  await alice.run(CreateTaskDocument, { input: { title: 'the last' } });
  await Promise.all(reading);
  return { readers, expected };
}

function expectEveryEventOnceInOrder(seen: readonly Seen[], expected: number) {
  expect(seen).toHaveLength(expected);
  expect(new Set(seen.map((event) => event.seq)).size).toBe(expected);
  const versions = new Map<string, number>();
  for (const event of seen) {
    expect(event.before).toBe(versions.get(event.objectId) ?? null);
    versions.set(event.objectId, event.after);
  }
}

const setups = [
  { processes: 1, transport: 'PostgreSQL' },
  { processes: 3, transport: 'PostgreSQL' },
  { processes: 3, transport: 'Redis' },
];

describe.each(setups)('$processes processes with hints through $transport', ({ processes, transport }) => {
  let redis: RedisServer | null = null;
  let neighbourDatabase: TestDatabase;
  beforeAll(async () => {
    redis = transport === 'Redis' && hasRedis ? await startRedis() : null;
    neighbourDatabase = await createTestDatabase();
  });
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]();
    await neighbourDatabase[Symbol.asyncDispose]();
  });

  test.skipIf(transport === 'Redis' && !hasRedis).each([{ isHolderKilled: false }, { isHolderKilled: true }])(
    'every subscriber gets every event once and in order (sequencer killed: $isHolderKilled)',
    async ({ isHolderKilled }) => {
      await using neighbour = await busyNeighbour(neighbourDatabase);
      expect(neighbour).toBeDefined();
      await using setup = await createApps(processes, redis);
      const { alice } = await setup.first.tenant();
      const { readers, expected } = await deliverToAll(setup.apps, alice, processes * 7, isHolderKilled);
      for (const { seen } of readers) expectEveryEventOnceInOrder(seen, expected);
    },
  );
});
