import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { changedAccess } from '../../../src/events/access-events.ts';
import { eventTypes, type LoggedEvent, type PendingEvent } from '../../../src/events/contract.ts';
import type { TailObserver } from '../../../src/events/tail.ts';
import { createGate, type Gate } from '../../../src/server/gate.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { isHinting } from '../../support/hinting.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

let test_: TestApp;
let other: App;
let here: Gate;
let there: Gate;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  // Nothing is forgotten by time: what is forgotten was told.
  vi.useFakeTimers({ toFake: ['performance'] });
  test_ = await createTestApp();
  other = createApp(test_.app.config);
  here = createGate(test_.app);
  there = createGate(other);
  tenant = await test_.tenant();
  alice = tenant.alice;
  await until(() => isHinting(test_.app, other));
});
afterAll(async () => {
  vi.useRealTimers();
  await other[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

type Member = { person: Person; tokenId: string; authorization: string };

async function newMember(): Promise<Member> {
  const person = await tenant.person('bob');
  const { createToken } = await person.run<{ createToken: { token: string; accessToken: { id: string } } }, object>(
    'mutation { createToken(input: { name: "test" }) { token accessToken { id } } }',
  );
  return { person, tokenId: createToken.accessToken.id, authorization: `Bearer ${createToken.token}` };
}

const request = (gate: Gate, { authorization }: Member) =>
  gate.enterRequest({ authorization, tenant: undefined }, '127.0.0.1');

const userIdOf = ({ person }: Member) => encodeGlobalId('User', person.viewer.userId);
const refused = { code: 'UNAUTHENTICATED' };

const changes = [
  {
    what: 'the token is revoked',
    change: ({ person, tokenId }: Member) => person.run(`mutation { revokeToken(id: "${tokenId}") { changeId } }`),
    outcome: refused,
  },
  {
    what: 'the member is removed',
    change: (member: Member) => alice.run(`mutation { removeMember(userId: "${userIdOf(member)}") { changeId } }`),
    outcome: refused,
  },
  {
    what: 'the role is changed',
    change: (member: Member) =>
      alice.run(`mutation { changeRole(userId: "${userIdOf(member)}", role: VIEWER) { changeId } }`),
    outcome: { role: 'VIEWER' },
  },
  {
    what: 'the user is changed',
    change: ({ person }: Member) => person.run('mutation { updateMe(input: { timeZone: "Asia/Tokyo" }) { changeId } }'),
    outcome: { timeZone: 'Asia/Tokyo' },
  },
];

const outcomeOf = (gate: Gate, member: Member) => request(gate, member).catch((error: unknown) => error);

describe.each(changes)('when $what', ({ change, outcome: expected }) => {
  test('the very next request on the same process knows it', async () => {
    const member = await newMember();
    await request(here, member);
    await change(member);
    expect(await outcomeOf(here, member)).toMatchObject(expected);
  });

  test('another process is told', async () => {
    const member = await newMember();
    // The hint of an earlier test may still come.
    const before = await until(async () => {
      const viewer = await request(there, member);
      return (await request(there, member)) === viewer && viewer;
    });
    await change(member);
    await until(async () => (await outcomeOf(there, member)) !== before);
    expect(await outcomeOf(there, member)).toMatchObject(expected);
  });
});

test('a request reads no viewer who is remembered, and what lasts reads one each time', async () => {
  const member = await newMember();
  const authenticated = async (work: () => Promise<unknown>) =>
    (await statementsOf(work)).filter(({ name }) => name === 'authenticate-token').length;
  expect(await authenticated(() => request(here, member))).toBe(1);
  expect(await authenticated(() => request(here, member))).toBe(0);
  const credentials = { authorization: member.authorization, tenant: undefined };
  expect(await authenticated(() => here.enter(credentials, '127.0.0.1'))).toBe(1);
});

test('a tenant that is asked for belongs to the credentials', async () => {
  const member = await newMember();
  const names = await statementsOf(async () => {
    await here.enterRequest({ authorization: member.authorization, tenant: 'a' }, '127.0.0.1');
    await here.enterRequest({ authorization: member.authorization, tenant: 'b' }, '127.0.0.1');
  });
  expect(names.map(({ name }) => name)).toEqual(['authenticate-token', 'authenticate-token']);
});

test('every event that ends a live connection also ends what is remembered', async () => {
  const { person, tokenId } = await newMember();
  const viewer = { ...person.viewer, tokenId };
  const ending = eventTypes.flatMap((type) => [viewer.userId, tokenId].map((objectId) => ({ type, objectId })));
  const known = ending.filter((event) => {
    let observer: TailObserver | undefined;
    const observe = async (_: string, given: TailObserver) => {
      observer = given;
      return () => {};
    };
    using watch = watchAccess({ ...test_.app, events: { observe } as never }, viewer);
    observer?.onEvents([event as LoggedEvent]);
    return watch.signal.aborted;
  });
  expect(known.length).toBeGreaterThan(2);
  for (const event of known) expect(changedAccess([event as PendingEvent]), event.type).toEqual([event.objectId]);
});
