import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { change } from '../../../src/domain/records/change.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { newId } from '../../../src/shared/ids.ts';
import { CompleteTaskDocument, CreateTaskDocument, DeleteTaskDocument } from '../../support/operations.ts';
import { createPerson, createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const dayMs = 24 * 60 * 60 * 1000;

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
let idempotencyKey: string;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(() => {
  idempotencyKey = newId();
});

const createOnce = async (person: Person, title: string, key = idempotencyKey) =>
  (await person.run(CreateTaskDocument, { input: { title }, idempotencyKey: key })).createTask;
const newTaskId = async () => (await createOnce(alice, 'a task', newId())).task.id;

async function countTasks(title: string): Promise<number> {
  const { rows } = await test_.app.db.query('SELECT count(*)::int AS count FROM task WHERE title = $1', [title]);
  return rows[0]?.count;
}

async function countEvents(changeId: string): Promise<number> {
  const { rows } = await test_.app.db.query('SELECT count(*)::int AS count FROM event WHERE "changeId" = $1', [
    changeId,
  ]);
  return rows[0]?.count;
}

describe('the same key and input', () => {
  test('get the first result, and nothing is done again', async () => {
    const first = await createOnce(alice, 'once');
    expect(await createOnce(alice, 'once')).toEqual(first);
    expect(await countTasks('once')).toBe(1);
    expect(await countEvents(first.changeId)).toBe(1);
  });

  test('get the first result also when the object was changed since', async () => {
    const id = await newTaskId();
    const completeOnce = () => alice.run(CompleteTaskDocument, { id, idempotencyKey });
    const first = await completeOnce();
    await alice.run(DeleteTaskDocument, { id });
    expect(await completeOnce()).toEqual(first);
  });

  test('get the first result also when it was an error that has passed since', async () => {
    const id = await newTaskId();
    const stale = { id, expectedVersion: 7, idempotencyKey };
    const first = await alice.refused(CompleteTaskDocument, stale);
    expect(first.code).toBe('PRECONDITION_FAILED');
    await test_.app.db.query('UPDATE task SET version = 7');
    expect(await alice.refused(CompleteTaskDocument, stale)).toEqual(first);
    await alice.run(CompleteTaskDocument, { ...stale, idempotencyKey: newId() });
  });

  test('get the fields of an invalid input again', async () => {
    const mutation = `mutation ($at: DateTime!, $key: String!) {
      createToken(input: { name: "old", expiresAt: $at }, idempotencyKey: $key) { changeId }
    }`;
    const variables = { at: '2020-01-01T00:00:00Z', key: idempotencyKey };
    const first = await alice.refused(mutation, variables);
    expect(first.fields).toEqual([{ path: ['input', 'expiresAt'], message: 'This time has passed.' }]);
    expect(await alice.refused(mutation, variables)).toEqual(first);
  });

  test('in another order of the fields are the same', async () => {
    const mutation = (input: string) =>
      `mutation { createTask(input: ${input}, idempotencyKey: "${idempotencyKey}") { changeId } }`;
    const first = await alice.run(mutation('{ title: "fields", notes: "n" }'));
    expect(await alice.run(mutation('{ notes: "n", title: "fields" }'))).toEqual(first);
  });

  test('twenty times at once make one row and twenty equal answers', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => createOnce(alice, 'twenty')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await countTasks('twenty')).toBe(1);
  });

  test('twenty times at once, when refused, are refused alike', async () => {
    const id = await newTaskId();
    const stale = { id, expectedVersion: 9, idempotencyKey };
    const refusals = await Promise.all(Array.from({ length: 20 }, () => alice.refused(CompleteTaskDocument, stale)));
    expect(new Set(refusals.map(({ message }) => message)).size).toBe(1);
  });
});

describe('the same key', () => {
  test('with other input is a CONFLICT, and the first result stays', async () => {
    const first = await createOnce(alice, 'first');
    const error = await alice.refused(CreateTaskDocument, { input: { title: 'other' }, idempotencyKey });
    expect(error.code).toBe('CONFLICT');
    expect(await countTasks('other')).toBe(0);
    expect(await createOnce(alice, 'first')).toEqual(first);
  });

  test('with another operation on the same object is a CONFLICT', async () => {
    const id = await newTaskId();
    await alice.run(CompleteTaskDocument, { id, idempotencyKey });
    const mutation = `mutation { deleteTask(id: "${id}", idempotencyKey: "${idempotencyKey}") { changeId } }`;
    expect((await alice.refused(mutation)).code).toBe('CONFLICT');
  });

  test('is another key to another user, and to the same user in another tenant', async () => {
    const bob = await tenant.person('bob');
    const other = await test_.tenant();
    const elsewhere = createPerson(test_.app, { ...other.alice.viewer, userId: alice.viewer.userId });
    await test_.app.db.query(
      `INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, 'OWNER', now())`,
      [other.id, alice.viewer.userId],
    );
    const answers = [];
    for (const person of [alice, bob, elsewhere]) answers.push(await createOnce(person, 'mine'));
    expect(new Set(answers.map(({ task }) => task.id)).size).toBe(3);
  });

  test('is free again after 24 hours, and not before', async () => {
    test_.clock.set('2026-03-01T00:00:00Z');
    const first = await createOnce(alice, 'kept');
    test_.clock.advance(dayMs - 1);
    expect(await createOnce(alice, 'kept')).toEqual(first);
    test_.clock.advance(1);
    const second = await createOnce(alice, 'new input');
    expect(second.task.id).not.toBe(first.task.id);
    expect(await createOnce(alice, 'new input')).toEqual(second);
  });

  test.each([0, 201])('of %i characters is refused', async (length) => {
    const key = 'x'.repeat(length);
    const error = await alice.refused(CreateTaskDocument, { input: { title: 'a' }, idempotencyKey: key });
    expect(error.fields).toEqual([{ path: ['idempotencyKey'], message: expect.any(String) }]);
  });

  test('may have 200 characters', async () => {
    const key = 'ü'.repeat(200);
    expect(await createOnce(alice, 'long key', key)).toEqual(await createOnce(alice, 'long key', key));
  });
});

describe('a fault of the moment is no result', () => {
  const call = () => ({ operation: 'test', input: {}, idempotencyKey });
  const acting = () => ({ app: test_.app, viewer: alice.viewer, requestId: newId() });

  test.each([
    new AppError('UNAVAILABLE', 'Try again.'),
    new AppError('RATE_LIMITED', 'Slower.'),
    new AppError('INTERNAL', 'Something went wrong.'),
    new TypeError('a defect'),
  ])('%s', async (fault) => {
    const fail = change(acting(), call(), async () => {
      throw fault;
    });
    await expect(fail).rejects.toBe(fault);
    const { done } = await change(acting(), call(), async () => ({ done: true }));
    expect(done).toBe(true);
  });

  test('nor is a deadlock, which is tried again by itself', async () => {
    const [first, second] = [await newTaskId(), await newTaskId()].map(uuidOf);
    let ended = 0;
    const lockBoth = async (ids: (string | undefined)[], key: string) => {
      let attempts = 0;
      const outcome = await change(acting(), { ...call(), idempotencyKey: key }, async (tx) => {
        attempts += 1;
        // It must not take the lock again before the other one, which waits for it, has got it.
        if (attempts > 1) await until(() => ended === 1, { what: 'the other change to commit' });
        for (const id of ids) {
          await tx.query('lock-one', 'SELECT FROM task WHERE id = $1 FOR UPDATE', [id]);
          if (attempts === 1) await bothHaveOne();
        }
        return { attempts };
      });
      ended += 1;
      return outcome;
    };
    let waiting = 2;
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const bothHaveOne = async () => {
      waiting -= 1;
      if (waiting <= 0) meet();
      await met;
    };
    const outcomes = await Promise.all([lockBoth([first, second], newId()), lockBoth([second, first], newId())]);
    expect(outcomes.map(({ attempts }) => attempts).sort()).toEqual([1, 2]);
  });
});

test('what is kept of a new token does not open anything', async () => {
  const mutation = `mutation ($key: String!) {
    createToken(input: { name: "secret" }, idempotencyKey: $key) { token accessToken { id prefix } }
  }`;
  type Created = { createToken: { token: string | null; accessToken: { id: string } } };
  const create = () => alice.run<Created, object>(mutation, { key: idempotencyKey });
  const first = (await create()).createToken;
  const again = (await create()).createToken;
  expect(again).toEqual({ ...first, token: null });
  const { rows: hashes } = await test_.app.db.query<{ hash: string }>(
    `SELECT encode(hash, 'hex') AS hash FROM access_token WHERE id = $1`,
    [uuidOf(first.accessToken.id)],
  );
  const { rows: kept } = await test_.app.db.query<{ text: string }>(
    `SELECT outcome::text AS text FROM idempotency_key WHERE key = $1
     UNION ALL SELECT concat(before, after) FROM event WHERE type = 'accessToken.created'`,
    [idempotencyKey],
  );
  expect(kept).toHaveLength(2);
  for (const { text } of kept) {
    expect(text).not.toContain(first.token);
    expect(text).not.toContain(hashes[0]?.hash);
  }
});

function uuidOf(globalId: string): string | undefined {
  return Buffer.from(globalId, 'base64url').toString().split(':')[1];
}

test('a call that was rolled back and then answered with the result of its repetition has no secret', async () => {
  const { db } = test_.app;
  await db.query(`CREATE SEQUENCE failures;
    CREATE FUNCTION fail_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('failures') > 1 THEN RETURN NULL; END IF;
      WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') LOOP
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
      END LOOP;
      RAISE EXCEPTION USING ERRCODE = '40P01'; END $$;
    CREATE CONSTRAINT TRIGGER fail_first AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.type = 'accessToken.created') EXECUTE FUNCTION fail_first()`);
  const create = () =>
    alice.run<{ createToken: { token: string | null; accessToken: { prefix: string } } }, { key: string }>(
      `mutation ($key: String!) {
        createToken(input: { name: "secret" }, idempotencyKey: $key) { token accessToken { prefix } }
      }`,
      { key: idempotencyKey },
    );
  // The one that waits for the key is ahead of the second attempt of the other.
  const answers = (await Promise.all([create(), create()])).map(({ createToken }) => createToken);
  await db.query('DROP TRIGGER fail_first ON event; DROP FUNCTION fail_first; DROP SEQUENCE failures');
  const [secret, ...others] = answers.flatMap(({ token }) => token ?? []);
  expect(others).toEqual([]);
  for (const { accessToken } of answers) expect(secret?.startsWith(accessToken.prefix)).toBe(true);
});
