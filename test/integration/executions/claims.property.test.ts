import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimExecutions } from '../../../src/domain/executions/claim.ts';
import { type ClaimTerms, noTenant } from '../../../src/domain/executions/next-executions.ts';
import { isFull, lastUrgent, limits } from '../../../src/domain/executions/slots.ts';
import { createTestApp, type Tenant, type TestApp } from '../../support/test-app.ts';

const numRuns = Number(process.env.CLAIM_RUNS ?? 40);

let test_: TestApp;
let tenants: Tenant[];
beforeAll(async () => {
  test_ = await createTestApp();
  tenants = await Promise.all(Array.from({ length: 5 }, () => test_.tenant()));
  tenants.sort((a, b) => (a.id < b.id ? -1 : 1));
});
afterAll(() => test_[Symbol.asyncDispose]());

/** What is ready: the place of its tenant, and its priority. The first is the oldest. */
type Ready = { tenant: number; priority: number; isAwake: boolean };
/** The terms of a claim, with the places of tenants for their ids. */
type Terms = {
  all: number;
  ordinary: number;
  held: { all: number; ordinary: number }[];
  fresh: number[];
  after: number;
};

const drawnReady = fc.array(
  fc.record({ tenant: fc.nat(4), priority: fc.constantFrom(1, 3, 4, 10), isAwake: fc.boolean() }),
  { maxLength: 60 },
);
const drawnHeld = fc.constantFrom(
  { all: 0, ordinary: 0 },
  { all: 3, ordinary: 2 },
  { all: limits.ordinaryOfTenant, ordinary: limits.ordinaryOfTenant },
  { all: limits.ofTenant - 1, ordinary: 1 },
  { all: limits.ofTenant, ordinary: 4 },
);
const drawnTerms: fc.Arbitrary<Terms> = fc
  .record({
    all: fc.integer({ min: 1, max: limits.all }),
    reserved: fc.nat(limits.all),
    held: fc.array(drawnHeld, { minLength: 5, maxLength: 5 }),
    fresh: fc.uniqueArray(fc.nat(4), { maxLength: 3 }),
    after: fc.integer({ min: -1, max: 4 }),
  })
  .map(({ reserved, ...terms }) => ({ ...terms, ordinary: Math.max(0, terms.all - reserved) }));

/** What is to be claimed, in order, by places in `ready`: written without regard to costs. */
function expected(ready: readonly Ready[], { all, ordinary, held, fresh, after }: Terms): number[] {
  const isOrdinary = ({ priority }: Ready) => priority > lastUrgent;
  const hasTurn = (tenant: number) => ready.some((one) => one.tenant === tenant && (ordinary > 0 || !isOrdinary(one)));
  const ring = [...[0, 1, 2, 3, 4].filter((n) => n > after), ...[0, 1, 2, 3, 4].filter((n) => n <= after)]
    .filter(hasTurn)
    .slice(0, all + held.filter(isFull).length);
  const order = [...fresh, ...ring.filter((tenant) => !fresh.includes(tenant))];
  const turns = order.flatMap((tenant, place) => {
    const { all: heldAll, ordinary: heldOrdinary } = held[tenant] ?? { all: 0, ordinary: 0 };
    const own = ready
      .map((one, index) => ({ ...one, index }))
      .filter((one) => one.tenant === tenant)
      .sort((a, b) => a.priority - b.priority || a.index - b.index);
    const room = limits.ofTenant - heldAll;
    const urgent = own.filter((one) => !isOrdinary(one)).slice(0, Math.max(0, Math.min(all, room)));
    const others = own
      .filter(isOrdinary)
      .slice(0, Math.max(0, Math.min(ordinary, limits.ordinaryOfTenant - heldOrdinary)));
    return [...urgent, ...others].slice(0, Math.max(0, room)).map((one, turn) => ({ ...one, place, turn }));
  });
  let left = ordinary;
  return turns
    .sort((a, b) => a.turn - b.turn || a.place - b.place)
    .filter((one) => !isOrdinary(one) || left-- > 0)
    .slice(0, all)
    .map(({ index }) => index);
}

const idOf = (place: number) => tenants[place]?.id ?? noTenant;

/** The ids, in the order of `ready`. */
async function insert(ready: readonly Ready[]): Promise<string[]> {
  const { rows } = await test_.app.db.query<{ ids: string[] | null }>(
    `WITH made AS (
       INSERT INTO execution (id, "tenantId", "submitterId", status, "isAwake", "wakeAt", priority, plan, "timeoutSeconds",
         "stepsTotal", "stepsFinished", "fencingToken", "ranMs", "logSeq", version, "createdAt", "updatedAt")
       SELECT gen_random_uuid(), tenant, submitter, CASE WHEN awake THEN 'WAITING' ELSE 'QUEUED' END::"ExecutionStatus", awake,
         CASE WHEN awake THEN now() END, priority, '{"steps": []}', 10, 1, 0, 0, 0, 0, 1, now() + n * interval '1 ms', now()
       FROM unnest($1::uuid[], $2::uuid[], $3::bool[], $4::int[]) WITH ORDINALITY AS ready(tenant, submitter, awake, priority, n)
       RETURNING id, "tenantId", "createdAt"
     ), steps AS (
       INSERT INTO execution_step (id, "tenantId", "executionId", position, name, type, status, "dependsOn", attempt,
         "maxAttempts", "timeoutSeconds", "replaySafe", reads)
       SELECT gen_random_uuid(), "tenantId", id, 1, 'a', 'wait', 'QUEUED', '{}', 0, 3, 5, true, '{}' FROM made)
     SELECT array_agg(id::text ORDER BY "createdAt") AS ids FROM made`,
    [
      ready.map(({ tenant }) => idOf(tenant)),
      ready.map(({ tenant }) => tenants[tenant]?.alice.viewer.userId),
      ready.map(({ isAwake }) => isAwake),
      ready.map(({ priority }) => priority),
    ],
  );
  return rows[0]?.ids ?? [];
}

test('what a claim takes is what turns, limits, priorities and age say', async () => {
  await fc.assert(
    fc.asyncProperty(drawnReady, drawnTerms, async (ready, terms) => {
      const ids = await insert(ready);
      const { all, ordinary, fresh, after } = terms;
      const claim: ClaimTerms = {
        room: { all, ordinary },
        holders: terms.held.flatMap((held, place) => (held.all > 0 ? [{ tenantId: idOf(place), ...held }] : [])),
        fresh: fresh.map(idOf),
        after: idOf(after),
      };
      const claims = await claimExecutions(test_.app, claim);
      await test_.app.db.query('DELETE FROM execution');
      expect(claims.map(({ id }) => ids.indexOf(id))).toEqual(expected(ready, terms));
    }),
    { numRuns },
  );
});

test('workers that claim at the same time share what is ready, and claim nothing twice', async () => {
  const ready = Array.from({ length: 120 }, (_, n) => ({ tenant: n % 5, priority: 1, isAwake: false }));
  const ids = await insert(ready);
  const terms = { room: { all: 7, ordinary: 7 }, holders: [], fresh: [] };
  const claimed: string[] = [];
  const work = async (after: string) => {
    for (let misses = 0; misses < 5; ) {
      const claims = await claimExecutions(test_.app, { ...terms, after });
      claimed.push(...claims.map(({ id }) => id));
      misses = claims.length === 0 ? misses + 1 : 0;
    }
  };
  await Promise.all([work(noTenant), work(noTenant), work(idOf(2))]);
  expect(claimed.toSorted()).toEqual(ids.toSorted());
});
