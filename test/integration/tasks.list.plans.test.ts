import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TaskOrder } from '../support/operations.ts';
import { TasksDocument, type TasksQueryVariables } from '../support/operations.ts';
import { statementsOf } from '../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';

const pageSize = 50;

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  const tenant = await test_.tenant();
  alice = tenant.alice;
  const others = await Promise.all(Array.from({ length: 20 }, (_, n) => tenant.person(`person ${n}`)));
  const ids = others.map(({ viewer }) => viewer.userId);
  // Half of the tasks are hers, and of the others she is to do every tenth.
  await test_.app.db.query(
    `INSERT INTO task (id, "tenantId", "creatorId", "assigneeId", title, status, priority, tags, "dueAt", "dueTimeZone",
       version, "createdAt", "updatedAt", "completedAt", "deletedAt")
     SELECT gen_random_uuid(), $1, CASE WHEN n % 2 = 0 THEN $2 ELSE ($3::uuid[])[1 + n % 20] END,
       CASE WHEN n % 20 = 1 THEN $2 WHEN n % 3 = 0 THEN ($3::uuid[])[1 + n % 7] END, 'task ' || n,
       CASE WHEN n % 5 = 0 THEN 'COMPLETED' ELSE 'ACTIVE' END::"TaskStatus",
       (enum_range(null::"Priority"))[1 + n % 4], '{}', CASE WHEN n % 3 > 0 THEN due END, CASE WHEN n % 3 > 0 THEN 'UTC' END,
       1, made, made + interval '1 day' * (n % 30), CASE WHEN n % 5 = 0 THEN made END, CASE WHEN n % 50 = 0 THEN made END
     FROM generate_series(1, 200000) n,
       LATERAL (SELECT now() - interval '1 minute' * n AS made, now() + interval '1 hour' * (n % 5000) AS due) at`,
    [tenant.id, alice.viewer.userId, ids],
  );
  await test_.app.db.query('ANALYZE task');
}, 60_000);
afterAll(() => test_[Symbol.asyncDispose]());

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
};

/** How PostgreSQL runs the statement that a list sends: planned for its values, or once for all values. */
async function plansOf(variables: TasksQueryVariables): Promise<PlanNode[]> {
  const [statement] = await statementsOf(() => alice.run(TasksDocument, variables));
  if (!statement?.name.startsWith('tasks-')) throw new Error('The first statement of a list should read its tasks.');
  const client = await test_.app.db.connect();
  try {
    await client.query(`PREPARE list AS ${statement.text}`);
    const values = statement.values.map((value) => pg.escapeLiteral(String(value))).join(', ');
    const plans: PlanNode[] = [];
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await client.query(`SET plan_cache_mode = ${mode}`);
      const { rows } = await client.query(`EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) EXECUTE list(${values})`);
      plans.push(...nodesOf(rows[0]['QUERY PLAN'][0].Plan));
    }
    return plans;
  } finally {
    client.release(true);
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Rows that were read or sorted to make the page. */
function expectNoMoreThanTwoPages(plans: readonly PlanNode[]): void {
  const ofTasks = plans.filter((node) => node['Relation Name'] === 'task');
  const kinds = ofTasks.map((node) => node['Node Type']);
  // What she made, what is assigned to her, and what is in projects.
  expect(kinds.filter((kind) => kind.startsWith('Index'))).toHaveLength(2 * 3);
  expect(kinds).not.toContain('Seq Scan');
  expect(kinds.filter((kind) => kind.startsWith('Bitmap'))).toEqual([]);
  for (const node of plans) {
    const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    expect(rows, node['Node Type']).toBeLessThanOrEqual(2 * (pageSize + 1));
  }
}

const orders: TaskOrder[] = [
  { field: 'CREATED', direction: 'DESC' },
  { field: 'CREATED', direction: 'ASC' },
  { field: 'UPDATED', direction: 'DESC' },
  { field: 'UPDATED', direction: 'ASC' },
  { field: 'PRIORITY', direction: 'DESC' },
  { field: 'PRIORITY', direction: 'ASC' },
  { field: 'DUE', direction: 'ASC' },
];

describe.each(orders)(
  'among 200,000 tasks, a page by $field $direction reads no more than two pages of rows',
  (orderBy) => {
    test('at the beginning', async () => {
      expectNoMoreThanTwoPages(await plansOf({ orderBy, first: pageSize }));
    });

    test('at the end', async () => {
      expectNoMoreThanTwoPages(await plansOf({ orderBy, last: pageSize }));
    });

    test('behind a cursor, and before one', async () => {
      const { tasks } = await alice.run(TasksDocument, { orderBy, first: pageSize });
      expectNoMoreThanTwoPages(await plansOf({ orderBy, first: pageSize, after: tasks.pageInfo.endCursor }));
      const { tasks: end } = await alice.run(TasksDocument, { orderBy, last: pageSize });
      expectNoMoreThanTwoPages(await plansOf({ orderBy, last: pageSize, before: end.pageInfo.startCursor }));
    });
  },
);
