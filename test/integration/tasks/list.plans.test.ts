import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import { type TaskFilter, type TaskOrder, TasksDocument, type TasksQueryVariables } from '../../support/operations.ts';
import { type Statement, statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

const pageSize = 50;
const projectCount = 8;

let test_: TestApp;
let alice: Person;
let bob: Person;
let projectId: string;
beforeAll(async () => {
  test_ = await createTestApp();
  const tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person('bob');
  projectId = await fill(tenant, 200_000);
  for (let n = 0; n < 9; n += 1) await fill(await test_.tenant(), 500);
  await test_.app.db.query('VACUUM ANALYZE task');
});
afterAll(() => test_[Symbol.asyncDispose]());

/**
 * Half of the tasks are in projects, a quarter is Alice's own, a quarter another's. Of each she is to do half. One in a hundred
 * is active, and the words and tags are of every frequency. @returns one of the projects.
 */
async function fill(tenant: Tenant, count: number): Promise<string> {
  const carol = await tenant.person('carol');
  const projects = await Promise.all(
    Array.from({ length: projectCount }, (_, n) => insertProject(test_.app, tenant.alice, { name: `project ${n}` })),
  );
  await test_.app.db.query(
    `INSERT INTO task (id, "tenantId", "creatorId", "assigneeId", "projectId", title, "ownWords", status, "completedAt",
       priority, tags, "dueAt", "dueTimeZone", version, "createdAt", "updatedAt", "deletedAt")
     SELECT gen_random_uuid(), $1, CASE WHEN n % 4 = 1 THEN $2 ELSE $3 END::uuid,
       CASE WHEN n % 8 < 4 THEN $2 WHEN n % 3 = 0 THEN $3 END::uuid,
       CASE WHEN n % 2 = 0 THEN ($4::uuid[])[1 + n / 2 % ${projectCount}] END, 'task ' || n,
       ('task:1A common:2A some' || random % 50 || ':3A rare' || random % 20000 || ':4B')::tsvector,
       CASE WHEN random % 100 = 0 THEN 'ACTIVE' ELSE 'COMPLETED' END::"TaskStatus", CASE WHEN random % 100 <> 0 THEN made END,
       (enum_range(null::"Priority"))[1 + random % 4], ARRAY['every', 'some' || random % 20, 'rare' || random % 20000],
       CASE WHEN n % 3 > 0 THEN due END, CASE WHEN n % 3 > 0 THEN 'UTC' END, 1, made, made + interval '1 day' * (random % 30),
       CASE WHEN random % 50 = 1 THEN made END
     FROM generate_series(1, $5::int) n, LATERAL (SELECT abs(hashint4(n)) AS random) chance,
       LATERAL (SELECT now() - interval '1 minute' * n AS made, now() + interval '1 hour' * (random % 5000 - 2500) AS due) at`,
    [
      tenant.id,
      tenant.alice.viewer.userId,
      carol.viewer.userId,
      projects.map((id) => Buffer.from(id, 'base64url').toString().split(':')[1]),
      count,
    ],
  );
  return projects[0] ?? '';
}

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
};

/** How PostgreSQL runs a statement: planned for its values and, if it is kept under a name, once for all values. */
async function plansOf({ name, text, values }: Statement): Promise<PlanNode[]> {
  const client = await test_.app.db.connect();
  try {
    await client.query(`PREPARE list AS ${text}`);
    const literals = values.map(literalOf).join(', ');
    const plans: PlanNode[] = [];
    const modes = ['force_custom_plan', ...(name.startsWith('tasks-') ? ['force_generic_plan'] : [])];
    for (const mode of modes) {
      await client.query(`SET plan_cache_mode = ${mode}`);
      const { rows } = await client.query(`EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) EXECUTE list(${literals})`);
      plans.push(...nodesOf(rows[0]['QUERY PLAN'][0].Plan));
    }
    return plans;
  } finally {
    client.release(true);
  }
}

function literalOf(value: unknown): string {
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((item) => JSON.stringify(String(item))).join()}}`);
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** The rows of task that were read, passed over or looked up by the scan that touched the most. */
function mostRead(plans: readonly PlanNode[]): number {
  const scans = plans.filter((node) => /Scan$/.test(node['Node Type']) && node['Relation Name'] === 'task');
  expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  expect(scans.length).toBeGreaterThan(0);
  const readBy = (node: PlanNode) =>
    node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.max(...scans.map((node) => readBy(node) * node['Actual Loops']));
}

/** A total is counted on the way; what a page needs is at most a page of each status in each project. */
const counted = 10_001;
const ofPage = projectCount * 2 * (pageSize + 1);

async function sent(variables: TasksQueryVariables, person: Person): Promise<[list: Statement, total: Statement]> {
  const statements = await statementsOf(() => person.run(TasksDocument, variables));
  const [list, total] = statements.filter(({ text }) => /FROM task\b/.test(text) && !text.startsWith('EXPLAIN'));
  if (!list || !total) throw new Error('A list should read its tasks and count them.');
  return [list, total];
}

async function expectQuickPage(variables: TasksQueryVariables, person = alice): Promise<void> {
  const [list] = await sent(variables, person);
  expect(mostRead(await plansOf(list))).toBeLessThanOrEqual(ofPage);
}

async function expectQuickTotal(filter: TaskFilter): Promise<void> {
  const [, total] = await sent({ filter, first: 1 }, alice);
  expect(mostRead(await plansOf(total))).toBeLessThanOrEqual(counted);
}

const orders: TaskOrder[] = (['CREATED', 'UPDATED', 'DUE', 'PRIORITY'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
);
const dueOrders = orders.filter(({ field }) => field === 'DUE');
const me = () => encodeGlobalId('User', alice.viewer.userId);

const places: [string, () => TaskFilter][] = [
  ['all she sees', () => ({})],
  ['active ones', () => ({ status: 'ACTIVE' })],
  ['completed ones', () => ({ status: 'COMPLETED' })],
  ['active ones of a project', () => ({ projectId, status: 'ACTIVE' })],
  ['those of a project', () => ({ projectId })],
  ['those in no project', () => ({ hasProject: false })],
  ['those assigned to her', () => ({ assigneeId: me() })],
  ['active ones assigned to her', () => ({ assigneeId: me(), status: 'ACTIVE' })],
  ['those of a project assigned to her', () => ({ projectId, assigneeId: me() })],
];

describe.each(places)('among 200,000 tasks, of %s', (_, filterOf) => {
  test.each(orders)('a page by $field $direction reads no more than a page of each place', async (orderBy) => {
    const filter = filterOf();
    await expectQuickPage({ filter, orderBy, first: pageSize });
    const { tasks } = await alice.run(TasksDocument, { filter, orderBy, first: pageSize });
    await expectQuickPage({ filter, orderBy, first: pageSize, after: tasks.pageInfo.endCursor });
    await expectQuickPage({ filter, orderBy, last: pageSize });
  });

  test('a total is counted by an index', () => expectQuickTotal(filterOf()));
});

const soon = new Date().toISOString();
const dueFilters: [string, TaskFilter][] = [
  ['today', { due: 'TODAY' }],
  ['in the next 7 days', { due: 'NEXT_7_DAYS', status: 'ACTIVE' }],
  ['before, and not done', { isOverdue: true }],
  ['in a range', { dueFrom: soon, dueBefore: new Date(Date.parse(soon) + 3_600_000).toISOString(), hasDue: true }],
  ['in a range of a tree', { and: [{ dueFrom: soon }, { hasProject: true }] }],
];

describe.each(dueFilters)('due %s', (_, filter) => {
  test.each(dueOrders)('a page by DUE $direction reads no more than a page of each place', async (orderBy) => {
    await expectQuickPage({ filter, orderBy, first: pageSize });
  });

  test('a total is counted by an index', () => expectQuickTotal(filter));
});

const searches: [string, TaskFilter][] = [
  ['a rare word', { text: 'rare17777' }],
  ['a rare word among frequent ones', { text: 'task common rare17777', status: 'COMPLETED' }],
  ['a rare tag', { tags: ['rare17777', 'every'] }],
  ['a rare tag in a tree', { and: [{ tags: ['rare17777'] }, { not: { priorities: ['LOW'] } }] }],
];

test.each(searches)('%s is looked up', async (_, filter) => {
  for (const orderBy of orders) await expectQuickPage({ filter, orderBy });
  if (filter.text) await expectQuickPage({ filter, orderBy: { field: 'RELEVANCE', direction: 'DESC' } });
  await expectQuickTotal(filter);
});

test.each<[string, TaskFilter]>([
  ['a word', { text: 'common' }],
  ['a tag', { tags: ['every'] }],
])('%s that stands everywhere is met in order', async (_, filter) => {
  await expectQuickPage({ filter, orderBy: { field: 'UPDATED', direction: 'DESC' } });
});

test('somebody who sees the projects alone reads as little', async () => {
  for (const orderBy of dueOrders)
    await expectQuickPage({ filter: { status: 'ACTIVE' }, orderBy, first: pageSize }, bob);
});
