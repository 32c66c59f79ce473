import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toSeries, toStored } from '../../../src/domain/recurrences/dates.ts';
import { datesToCome } from '../../../src/domain/recurrences/preview-occurrences.ts';
import { isRelative, relativeMoment } from '../../../src/domain/reminder-rules/moment.ts';
import { occurrencesAfter } from '../../../src/domain/rrule/index.ts';
import type { Recurrence, Reminder, Task } from '../../../src/generated/prisma/client.ts';
import { decodeGlobalId, encodeGlobalId } from '../../../src/shared/global-id.ts';
import { CreateReminderDocument, type TaskDueInput } from '../../support/operations.ts';
import { catchUpAll, makeSeries } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const hourMs = 60 * 60 * 1000;
const zone = 'Europe/Berlin';

/** A series as it is stored, with its tasks in the order of their dates, and their reminders. */
type World = { series: Recurrence; tasks: Task[]; open: Task[]; reminders: Reminder[] };

async function look(id: string): Promise<World> {
  const { prisma } = test_.app;
  const series = await prisma.recurrence.findUniqueOrThrow({ where: { id } });
  const tasks = await prisma.task.findMany({ where: { recurrenceId: id }, orderBy: { occurrenceAt: 'asc' } });
  const ids = tasks.map((task) => task.id);
  const reminders = await prisma.reminder.findMany({ where: { taskId: { in: ids } } });
  return { series, tasks, open: tasks.filter(isOpen), reminders };
}

function isOpen({ status, deletedAt }: Task): boolean {
  return status === 'ACTIVE' && !deletedAt;
}

const days = fc.integer({ min: 0, max: 9 });
const dayOf = (from: string, n: number) => new Date(Date.parse(from) + n * 24 * hourMs).toISOString().slice(0, 10);

/** Around the night in which clocks go forward. */
const due = fc.oneof(
  days.map((n) => ({ dateInZone: { date: dayOf('2026-03-25', n), timeZone: zone } })),
  days.map((n) => ({ atInZone: { at: `${dayOf('2026-03-25', n)}T16:30:00Z`, timeZone: zone } })),
);
const rule = fc.oneof(
  fc.record({ preset: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY' as const), interval: fc.constantFrom(1, 3) }),
  fc.record({
    preset: fc.constant('CUSTOM' as const),
    rule: fc.constantFrom(
      'FREQ=WEEKLY;BYDAY=MO',
      'FREQ=WEEKLY;BYDAY=TU,TH',
      'FREQ=MONTHLY;BYMONTHDAY=31',
      'FREQ=MONTHLY;BYDAY=-1FR',
    ),
  }),
);
const wanted = fc.record({
  due,
  rule,
  remind: fc.constantFrom('BEFORE_1_DAY', 'BEFORE_1_HOUR', null),
  more: fc.record({
    basis: fc.constantFrom('SCHEDULE', 'COMPLETION' as const),
    missed: fc.constantFrom('ONE', 'ALL', 'LATEST' as const),
    skipWeekends: fc.boolean(),
    generateAhead: fc.nat(3),
    count: fc.option(fc.constant(7), { nil: undefined }),
  }),
});
type Wanted = typeof wanted extends fc.Arbitrary<infer W> ? W : never;

const nth = fc.nat(5);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('complete', 'complete', 'skip', 'delete', 'reopen', 'restore', 'forthAndBack' as const),
      nth,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      nth,
      due,
      scope: fc.constantFrom('ALL', 'THIS_AND_FOLLOWING', 'THIS' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit' as const), rule }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('keep' as const), generateAhead: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('undo' as const), ago: fc.constantFrom(0, 0, 1, 2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(1, 12, 24, 100) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What the test knows beside what is stored. */
type Memory = {
  /** Changes that can be undone, the latest last, with what each began from. */
  changes: ({ changeId: string; dues: string } & Known)[];
} & Known;
type Known = {
  /** Occurrences whose own due was changed. */
  moved: Set<string>;
  /** Occurrences that were dated by a rule or start that is no longer the series'. */
  older: Set<string>;
};

type Answer = { changeId: string };
const q = JSON.stringify;

/** Runs a mutation. @returns its change, or null when it was refused, which only legal codes may do. */
async function run(mutation: string, variables: object = {}, types = ''): Promise<string | null> {
  const { data, errors } = await alice.answer(`mutation ${types} { ${mutation} { changeId } }`, variables);
  const code = (errors?.[0]?.originalError as { code?: string } | undefined)?.code;
  if (errors)
    expect([mutation, errors[0]?.message, code]).toEqual([
      mutation,
      errors[0]?.message,
      expect.stringMatching(/^(CONFLICT|INVALID_INPUT|NOT_FOUND)$/),
    ]);
  return errors ? null : ((Object.values(data ?? {})[0] as Answer).changeId ?? null);
}

const taskId = (task: Task) => encodeGlobalId('Task', task.id);
const duesOf = ({ open }: World) => open.map(({ dueAt }) => dueAt?.toISOString());
const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

const mutations = {
  complete: 'completeTask',
  delete: 'deleteTask',
  reopen: 'reopenTask',
  restore: 'restoreTask',
} as const;

function update(series: Recurrence, fields: object): Promise<string | null> {
  const input = { id: encodeGlobalId('Recurrence', series.id), ...fields };
  return run('updateRecurrence(input: $input)', { input }, '($input: UpdateRecurrenceInput!)');
}

/** Does a step. @returns its change; null when there was nothing to do, or it was refused. */
async function act(one: Step, world: World, memory: Memory): Promise<string | null> {
  const { series, open, tasks } = world;
  const id = q(encodeGlobalId('Recurrence', series.id));
  switch (one.kind) {
    case 'wait':
      test_.clock.advance(one.hours * hourMs);
      await catchUpAll(test_.app);
      return null;
    case 'pause':
    case 'resume':
      return run(`${one.kind}Recurrence(id: ${id})`);
    case 'keep':
      return update(series, { generateAhead: one.generateAhead });
    case 'edit':
      return update(series, one.rule);
    case 'undo': {
      const last = memory.changes.at(-1 - one.ago);
      return last ? run(`undo(changeId: ${q(last.changeId)})`) : null;
    }
    case 'move': {
      const task = pick(open, one.nth);
      return task ? update(series, { taskId: taskId(task), scope: one.scope, due: one.due }) : null;
    }
    case 'skip': {
      const task = pick(open, one.nth);
      return task ? run(`skipOccurrence(taskId: ${q(taskId(task))})`) : null;
    }
    case 'forthAndBack':
      return forthAndBack(world, one.nth);
    default: {
      const lists = {
        complete: open,
        delete: open,
        reopen: tasks.filter(({ status, deletedAt }) => status === 'COMPLETED' && !deletedAt),
        restore: tasks.filter(({ deletedAt }) => deletedAt),
      };
      const task = pick(lists[one.kind], one.nth);
      return task ? run(`${mutations[one.kind]}(id: ${q(taskId(task))})`) : null;
    }
  }
}

/** Completing an occurrence and opening it again, several times, changes nothing. */
async function forthAndBack(world: World, n: number): Promise<null> {
  const task = pick(world.open, n);
  if (!task) return null;
  for (let time = 1; time <= 3; time += 1) {
    test_.clock.advance(1_000);
    await run(`completeTask(id: ${q(taskId(task))})`);
    await run(`reopenTask(id: ${q(taskId(task))})`);
    if (world.series.status !== 'ACTIVE') continue;
    expect(duesOf(await look(world.series.id))).toEqual(duesOf(world));
  }
  return null;
}

/** How many are open after a step of one occurrence, when nothing else changes. */
function checkCount(one: Step, before: World, after: World): void {
  const { series } = after;
  const wantedCount = 1 + series.generateAhead;
  const isOver = datesToCome(series, { now: test_.clock.now(), limit: 1 }).length === 0;
  if (series.status === 'ACTIVE' && !isOver) expect(after.open.length).toBeGreaterThanOrEqual(wantedCount);
  if (series.status === 'ACTIVE') expect(after.open.length).toBeGreaterThan(0);
  if (one.kind === 'complete' || one.kind === 'skip' || one.kind === 'delete') {
    expect(after.open.length).toBeLessThanOrEqual(Math.max(wantedCount, before.open.length));
  }
  if (one.kind === 'move') expect(after.open.length).toBeLessThanOrEqual(Math.max(wantedCount, before.open.length));
}

/** Open occurrences are on dates of the series, and no two on one, but for those that a user moved and older ones. */
function checkDates({ series, open }: World, { moved, older }: Memory): void {
  const own = open.filter(({ id }) => !moved.has(id) && !older.has(id));
  const dues = own.map(({ dueAt }) => dueAt?.getTime());
  expect(new Set(dues).size).toBe(dues.length);
  const last = own.at(-1)?.occurrenceAt;
  if (series.basis === 'COMPLETION' || !last) return;
  const dates = occurrencesAfter({ ...toSeries(series), after: null, limit: 400 }).map((date) =>
    toStored(date).getTime(),
  );
  for (const { occurrenceAt } of own) expect(dates).toContain(occurrenceAt?.getTime());
}

/** Reminders wait exactly for open occurrences, for the moment that their due gives them. */
function checkReminders({ tasks, reminders }: World, hasReminder: boolean, made: ReadonlySet<string>): void {
  const now = test_.clock.now();
  for (const task of tasks) {
    const own = reminders.filter(
      (reminder) => reminder.taskId === task.id && isRelative(reminder) && !reminder.isWithdrawn,
    );
    if (isOpen(task) && hasReminder && made.has(task.id)) expect(own).toHaveLength(1);
    for (const reminder of own) {
      const moment = relativeMoment(reminder, task);
      if (reminder.status === 'PENDING') {
        expect(isOpen(task)).toBe(true);
        expect(reminder.remindAt).toEqual(moment);
      }
      if (isOpen(task) && moment && moment > now)
        expect([reminder.status, reminder.lastError]).toEqual(['PENDING', null]);
    }
  }
}

/** The latest change was undone, or an earlier one beside it: then it is not known which dates are older. */
function forget(ago: number, { before, after, memory }: { before: World; after: World; memory: Memory }): void {
  const undone = memory.changes.at(-1 - ago);
  if (ago === 0 && undone) {
    expect(duesOf(after)).toEqual(JSON.parse(undone.dues));
    Object.assign(memory, { moved: undone.moved, older: undone.older });
    memory.changes.pop();
    return;
  }
  for (const task of before.tasks) memory.older.add(task.id);
  memory.changes = [];
}

/** Which occurrences keep a date that the series' start or rule does not give any more. */
function remember(one: Step, { before, after, memory }: { before: World; after: World; memory: Memory }): void {
  const key = ({ start, rule, isAllDay, timeZone }: Recurrence) => q([start, rule, isAllDay, timeZone]);
  const had = new Map(before.tasks.map((task) => [task.id, task.occurrenceAt?.getTime()]));
  if (key(before.series) !== key(after.series)) {
    const wasOlder = new Set(memory.older);
    const isFirst = ({ id }: Task) => one.kind === 'edit' && id === after.open[0]?.id && !wasOlder.has(id);
    for (const task of before.tasks) memory.older.add(task.id);
    for (const task of after.tasks) {
      if (had.get(task.id) !== task.occurrenceAt?.getTime() || isFirst(task)) memory.older.delete(task.id);
    }
  }
  if (one.kind === 'move' && one.scope === 'THIS') {
    const task = pick(before.open, one.nth);
    if (task) memory.moved.add(task.id);
  }
}

/** How many steps of each kind were not refused. */
const done = new Map<Step['kind'], number>();

async function runAll({ due, rule, remind, more }: Wanted, steps: readonly Step[]): Promise<void> {
  await test_.app.db.query(`UPDATE recurrence SET status = 'CANCELLED'`);
  test_.clock.set('2026-03-25T10:00:00Z');
  const { id: globalId, openTasks } = await makeSeries(alice, {
    ...rule,
    ...more,
    generateAhead: 0,
    due: due as TaskDueInput,
  });
  const id = decodeGlobalId('Recurrence', globalId, []);
  const first = openTasks[0]?.id ?? '';
  const hasReminder =
    remind !== null &&
    !!(await alice.answer(CreateReminderDocument, { input: { taskId: first, trigger: remind, channel: 'IN_APP' } }))
      .data?.createReminder;
  const memory: Memory = { changes: [], moved: new Set(), older: new Set() };
  let before = await look(id);
  await update(before.series, { generateAhead: more.generateAhead });
  before = await look(id);
  const made = new Set(before.tasks.map((task) => task.id));
  for (const one of steps) {
    test_.clock.advance(60_000);
    const changeId = await act(one, before, memory);
    const after = await look(id);
    if (changeId) done.set(one.kind, (done.get(one.kind) ?? 0) + 1);
    for (const task of after.tasks) made.add(task.id);
    if (one.kind === 'undo') {
      if (changeId) forget(one.ago, { before, after, memory });
    } else if (one.kind === 'wait' || one.kind === 'forthAndBack') memory.changes = [];
    else if (changeId) {
      const known = { moved: new Set(memory.moved), older: new Set(memory.older) };
      memory.changes.push({ changeId, dues: q(duesOf(before)), ...known });
    }
    if (one.kind !== 'undo') remember(one, { before, after, memory });
    checkCount(one, before, after);
    checkDates(after, memory);
    checkReminders(after, hasReminder, made);
    before = after;
  }
}

test('a series keeps its promises through whatever is done with it', async () => {
  const seed = Number(process.env.SEED ?? 20260325);
  const steps = fc.array(step, { minLength: 5, maxLength: 14, size: 'max' });
  await fc.assert(fc.asyncProperty(wanted, steps, runAll), { seed, numRuns: Number(process.env.RUNS ?? 25) });
  for (const kind of ['complete', 'skip', 'reopen', 'move', 'edit', 'undo'] as const) {
    expect([kind, done.get(kind)]).toEqual([kind, expect.any(Number)]);
  }
});
