import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimExecutions } from '../../../src/domain/executions/claim.ts';
import { type ClaimTerms, noTenant } from '../../../src/domain/executions/next-executions.ts';
import { limits } from '../../../src/domain/executions/slots.ts';
import { claimTerms } from '../../support/execution-fixture.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Tenant, type TestApp } from '../../support/test-app.ts';

/** How much is ready in a long queue. */
const backlog = Number(process.env.CLAIM_BACKLOG ?? 10_000);

let test_: TestApp;
let tenants: Tenant[];
beforeAll(async () => {
  test_ = await createTestApp();
  const made = await Promise.all(Array.from({ length: 4 }, () => test_.tenant()));
  tenants = made.sort((a, b) => (a.id < b.id ? -1 : 1));
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(() => test_.app.db.query('DELETE FROM execution'));

/** So many executions of a tenant that are ready, from the oldest. */
async function insert({ id, alice }: Tenant, count: number, priority = 1): Promise<void> {
  await test_.app.db.query(
    `WITH made AS (
       INSERT INTO execution (id, "tenantId", "submitterId", status, priority, plan, "timeoutSeconds", "stepsTotal",
         "stepsFinished", "fencingToken", "ranMs", "logSeq", version, "createdAt", "updatedAt")
       SELECT gen_random_uuid(), $1, $2, 'QUEUED', $3, '{"steps": [{"name": "a", "type": "wait", "input": {"seconds": 0}}]}',
         10, 1, 0, 0, 0, 0, 1, now() + n * interval '1 ms', now()
       FROM generate_series(1, $4::int) n
       RETURNING id, "tenantId")
     INSERT INTO execution_step (id, "tenantId", "executionId", position, name, type, status, "dependsOn", attempt,
       "maxAttempts", "timeoutSeconds", "replaySafe", reads)
     SELECT gen_random_uuid(), "tenantId", id, 1, 'a', 'wait', 'QUEUED', '{}', 0, 3, 5, true, '{}' FROM made`,
    [id, alice.viewer.userId, priority, count],
  );
}

/** Whose executions are claimed, by the place of the tenant, and with which priority: `0:1`. */
async function claimed(terms: Partial<ClaimTerms>): Promise<string[]> {
  const claims = await claimExecutions(test_.app, claimTerms(terms));
  return claims.map(({ tenantId, priority }) => `${tenants.findIndex(({ id }) => id === tenantId)}:${priority}`);
}

const idOf = (index: number) => tenants[index]?.id ?? '';
const [a, b, c, d] = [0, 1, 2, 3].map((index) => (count: number, priority?: number) => {
  const tenant = tenants[index];
  if (!tenant) throw new Error('There is no such tenant.');
  return insert(tenant, count, priority);
}) as [Insert, Insert, Insert, Insert];
type Insert = (count: number, priority?: number) => Promise<void>;
const free = (all: number, ordinary = all) => ({ room: { all, ordinary } });

describe('the next executions', () => {
  test('are those of each tenant in turn, from the one after the last and around', async () => {
    await Promise.all([a(3), b(3), c(1), d(3)]);
    expect(await claimed({ ...free(3), after: idOf(1) })).toEqual(['2:1', '3:1', '0:1']);
    expect(await claimed({ ...free(2), after: idOf(0) })).toEqual(['1:1', '3:1']);
    expect(await claimed({ ...free(20) })).toEqual(['0:1', '1:1', '3:1', '0:1', '1:1', '3:1'].slice(0, 5));
    expect(await claimed({ ...free(20) })).toEqual([]);
  });

  test('of a tenant are those of the highest priority, and of these the oldest', async () => {
    await a(2, 5);
    await a(1, 9);
    await a(1, 2);
    expect(await claimed(free(20))).toEqual(['0:2', '0:5', '0:5', '0:9']);
  });

  test('are those of tenants that have just arrived before all others, and none twice', async () => {
    await Promise.all([a(2), b(2), c(2), d(2)]);
    expect(await claimed({ ...free(4), fresh: [idOf(3), idOf(2)] })).toEqual(['3:1', '2:1', '0:1', '1:1']);
  });

  test('leave slots to urgent executions and to other tenants, whatever is ready', async () => {
    await Promise.all([a(30, 5), b(30, 5), b(30, 2)]);
    const all = await claimed({ ...free(limits.all, limits.ordinary) });
    expect(all).toHaveLength(limits.all);
    expect(all.filter((one) => one.endsWith(':5')).length).toBeLessThanOrEqual(limits.ordinary);
    expect(all.filter((one) => one === '1:5')).toEqual([]);
  });

  test('are none of a tenant that has its share, also when it alone would have a turn', async () => {
    await Promise.all([a(30, 5), b(1, 5)]);
    const holders = [{ tenantId: idOf(0), all: limits.ordinaryOfTenant, ordinary: limits.ordinaryOfTenant }];
    expect(await claimed({ ...free(1), holders })).toEqual(['1:5']);
    expect(await claimed({ ...free(4), holders })).toEqual([]);
    await a(30, 1);
    const left = limits.ofTenant - limits.ordinaryOfTenant;
    expect(await claimed({ ...free(8), holders })).toEqual(Array(left).fill('0:1'));
  });

  test('are urgent when only slots for these are free, of whatever tenant', async () => {
    await Promise.all([a(5, 5), b(5, 5), c(5, 5), d(1, 3)]);
    expect(await claimed({ ...free(1, 0) })).toEqual(['3:3']);
    expect(await claimed({ ...free(1, 0) })).toEqual([]);
    expect(await claimed({ ...free(2, 1) })).toEqual(['0:5']);
  });
});

test('an execution that cannot be claimed keeps no others waiting', async () => {
  const { db, log } = test_.app;
  await Promise.all([a(2), b(1, 5)]);
  const { rows } = await db.query('SELECT id FROM execution WHERE "tenantId" = $1 ORDER BY "createdAt" LIMIT 1', [
    idOf(0),
  ]);
  await db.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`);
  await db.query(
    `CREATE TRIGGER refuse BEFORE UPDATE ON execution FOR EACH ROW WHEN (NEW.id = '${rows[0].id}') EXECUTE FUNCTION refuse()`,
  );
  const error = vi.spyOn(log, 'error');
  expect(await claimed(free(5))).toEqual(['1:5', '0:1']);
  expect(error.mock.calls).toEqual([[expect.objectContaining({ execution: rows[0].id }), expect.any(String)]]);
  await db.query('DROP FUNCTION refuse CASCADE');
  expect(await claimed(free(5))).toEqual(['0:1']);
});

/** The blocks of the database that a claim looks at. */
async function lookedAt(terms: Partial<ClaimTerms>): Promise<{ scans: string[]; blocks: number }> {
  const [statement] = await statementsOf(() => claimExecutions(test_.app, claimTerms(terms)));
  if (!statement) throw new Error('Nothing was sent.');
  const client = await test_.app.db.connect();
  try {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE it AS ${statement.text}`);
    await client.query('BEGIN');
    const values = statement.values.map((value) => {
      if (Array.isArray(value)) return `'{${value.join(',')}}'`;
      return value === null || typeof value === 'number' ? String(value) : client.escapeLiteral(String(value));
    });
    const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE it(${values.join(', ')})`;
    const { rows } = await client.query(explain);
    await client.query('ROLLBACK');
    const plan = rows[0]['QUERY PLAN'][0].Plan as PlanNode;
    return { scans: scansOf(plan), blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
  } finally {
    client.release(true);
  }
}

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
};

/** How a plan reads tables, such as `Index Scan execution`. */
function scansOf(node: PlanNode): string[] {
  const table = node['Relation Name'];
  return [...(table ? [`${node['Node Type']} ${table}`] : []), ...(node.Plans ?? []).flatMap(scansOf)];
}

test.each([
  ['any', free(1)],
  ['urgent', free(1, 0)],
])('a claim of %s looks at as much in a long queue as in a short one', async (_kind, terms) => {
  await Promise.all([a(20, 1), b(20, 1), c(20, 5)]);
  await test_.app.db.query('VACUUM ANALYZE execution, execution_step');
  const short = await lookedAt({ ...terms, after: noTenant });
  await Promise.all([a(backlog / 4, 1), b(backlog / 4, 1), c(backlog / 2, 5)]);
  await test_.app.db.query('VACUUM ANALYZE execution, execution_step');
  const long = await lookedAt({ ...terms, after: noTenant });
  expect(long.scans.filter((scan) => scan.startsWith('Seq Scan'))).toEqual([]);
  expect(long.blocks).toBeLessThan(2 * short.blocks);
});
