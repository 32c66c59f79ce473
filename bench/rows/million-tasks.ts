import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { startChild } from '../harness/child.ts';
import { median } from '../harness/compare.ts';
import { startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import { openTasksWorld, rareWord, type TasksWorld } from '../harness/many-tasks.ts';
import { openPlanner } from '../harness/plans.ts';
import type { Calls, CallsResult } from '../processes/calls.ts';
import type { Row } from '../row.ts';
import { formatNumber } from '../table.ts';

const many = 1_000_000;
const few = 1_000;
const rounds = 6;
const callsPerRound = 40;
const warmingCalls = 40;
/** A list that takes so long is called a few times only. */
const hopelessMs = 300;

const query = `query Tasks($filter: TaskFilter, $orderBy: TaskOrder) {
  tasks(first: 50, filter: $filter, orderBy: $orderBy) {
    nodes { id title status priority tags due { date at } updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}`;

type List = { filter?: Record<string, unknown>; orderBy?: { field: string; direction: string } };

/** Every list that docs/api.md promises to be fast, by name. */
function lists({ projectIds, seeded }: TasksWorld): Record<string, List> {
  const projectId = encodeGlobalId('Project', projectIds[20] ?? '');
  const assigneeId = encodeGlobalId('User', seeded.userId);
  const by = (field: string, direction = 'ASC') => ({ orderBy: { field, direction } });
  const open = { status: 'ACTIVE' };
  return {
    'newest first': {},
    'oldest first': by('CREATED'),
    'changed last': by('UPDATED', 'DESC'),
    'due first': by('DUE'),
    'due last': by('DUE', 'DESC'),
    'most urgent first': by('PRIORITY', 'DESC'),
    open: { filter: open },
    'open by change': { filter: open, ...by('UPDATED', 'DESC') },
    'open by due': { filter: open, ...by('DUE') },
    'open by priority': { filter: open, ...by('PRIORITY', 'DESC') },
    'done, changed last': { filter: { status: 'COMPLETED' }, ...by('UPDATED', 'DESC') },
    'of a project': { filter: { projectId } },
    'open of a project by due': { filter: { ...open, projectId }, ...by('DUE') },
    'in no project': { filter: { hasProject: false } },
    'assigned to me': { filter: { assigneeId } },
    'open and assigned to me, by due': { filter: { ...open, assigneeId }, ...by('DUE') },
    'due today': { filter: { ...open, due: 'TODAY' }, ...by('DUE') },
    'due in 7 days': { filter: { ...open, due: 'NEXT_7_DAYS' }, ...by('DUE') },
    'in a range of dues': {
      filter: { dueFrom: '2026-01-01T00:00:00Z', dueBefore: '2027-01-01T00:00:00Z' },
      ...by('DUE', 'DESC'),
    },
    overdue: { filter: { due: 'OVERDUE' }, ...by('DUE') },
    'open with a tag': { filter: { ...open, tags: [rareWord] } },
    'with a tag, changed last': { filter: { tags: [rareWord] }, ...by('UPDATED', 'DESC') },
    'search, newest first': { filter: { text: rareWord } },
    'search, best first': { filter: { text: rareWord }, ...by('RELEVANCE') },
    'search of the beginning of a word': { filter: { text: rareWord.slice(0, 4) } },
  };
}

export const millionTasks: Row = {
  name: 'million-tasks',
  measures: `the slowest list of ${formatNumber(many)} tasks in one tenant of ten over HTTP: p95, against the same of ${formatNumber(few)}`,
  goal: { below: 1.3 },
  async run(world) {
    await using manyTasks = await openTasksWorld(world, many);
    await using fewTasks = await openTasksWorld(world, few);
    await assertIndexed(manyTasks);
    await using calls = await startChild<Calls, CallsResult>('calls.js');
    await using manyErrand = await startErrand(manyTasks);
    await using fewErrand = await startErrand(fewTasks);
    const measure = async (side: TasksWorld, url: string, list: List, count: number): Promise<number[]> => {
      const bodies = Array<string>(count).fill(JSON.stringify({ query, variables: list }));
      return (await calls.ask({ ...graphqlTarget(url, side, query), bodies, callers: 1 })).ms;
    };
    const measured: Measured[] = [];
    const ofFew = lists(fewTasks);
    for (const [name, list] of Object.entries(lists(manyTasks))) {
      const both = {
        many: (count: number) => measure(manyTasks, manyErrand.url, list, count),
        few: (count: number) => measure(fewTasks, fewErrand.url, ofFew[name] ?? {}, count),
      };
      measured.push({ name, ...(await compare(both)) });
    }
    const slowest = measured.toSorted((a, b) => b.many / b.few - a.many / a.few);
    return { kind: 'value', value: ratioOf(slowest[0]), unit: '×', detail: `p95\n${slowest.map(told).join('\n')}` };
  },
};

type Measured = { name: string; many: number; few: number };
type Measure = (count: number) => Promise<number[]>;

/** The p95 of both: of each round's p95 the median, so that what else the machine does in one of them is not in it. */
async function compare(measure: { many: Measure; few: Measure }): Promise<{ many: number; few: number }> {
  const [first] = await measure.many(1);
  const isHopeless = (first ?? 0) > hopelessMs;
  // A prepared statement is planned anew for its first five runs, and code has to be compiled.
  if (!isHopeless) await measure.many(warmingCalls);
  await measure.few(warmingCalls);
  const p95s = { many: [] as number[], few: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    p95s.many.push(p95(await measure.many(isHopeless ? 1 : callsPerRound)));
    p95s.few.push(p95(await measure.few(callsPerRound)));
  }
  return { many: median(p95s.many), few: median(p95s.few) };
}

function ratioOf(measured: Measured | undefined): number {
  return measured ? measured.many / measured.few : Number.NaN;
}

function told(measured: Measured): string {
  const { name, many, few } = measured;
  return `  ${name}: ${many.toFixed(1)} ms against ${few.toFixed(1)} ms, ${ratioOf(measured).toFixed(2)} ×`;
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
}

/** @throws Error naming the lists that PostgreSQL reads a large table from end to end for. */
async function assertIndexed(world: TasksWorld): Promise<void> {
  await using planner = await openPlanner(world);
  const scanning: string[] = [];
  for (const [name, list] of Object.entries(lists(world))) {
    const scans = await planner.fullScansOf((url) => graphqlTarget(url, world, query, list));
    if (scans.includes('task')) scanning.push(name);
  }
  if (scanning.length > 0) throw new Error(`Read without an index: ${scanning.join(', ')}.`);
}
