import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '../../../src/auth/viewer.ts';
import { commentRecords } from '../../../src/domain/comments/store.ts';
import { listProjects } from '../../../src/domain/projects/list-projects.ts';
import { projectRecords } from '../../../src/domain/projects/store.ts';
import { projectSight } from '../../../src/domain/projects/visibility.ts';
import { changeAsMember, changeAsSystem } from '../../../src/domain/records/change.ts';
import { writeNew } from '../../../src/domain/records/insert-records.ts';
import { lockRecords } from '../../../src/domain/records/lock-records.ts';
import { readRecords } from '../../../src/domain/records/read-records.ts';
import type { Records } from '../../../src/domain/records/record-kind.ts';
import { listRecurrences } from '../../../src/domain/recurrences/list-recurrences.ts';
import { recurrenceRecords } from '../../../src/domain/recurrences/store.ts';
import { recurrenceSight } from '../../../src/domain/recurrences/visibility.ts';
import { listReminders } from '../../../src/domain/reminders/list-reminders.ts';
import { newReminder, reminderRecords } from '../../../src/domain/reminders/store.ts';
import { listTasks } from '../../../src/domain/tasks/list-tasks.ts';
import { taskRecords } from '../../../src/domain/tasks/store.ts';
import { taskSight } from '../../../src/domain/tasks/visibility.ts';
import type { Kind, LoggedProject } from '../../../src/events/contract.ts';
import type { Comment, Recurrence, Reminder, Task } from '../../../src/generated/prisma/client.ts';
import { newId } from '../../../src/shared/ids.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';

/* Who sees what is one rule per kind, as SQL and in memory. Both are asked about two tenants that have users in common. */

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

/** Which of four users are the members of each tenant; everything else refers to them, and to what is in the tenant. */
const membersOf = [
  [0, 1, 2],
  [0, 1, 3],
];
const member = fc.nat(2);
const some = (limit: number) => fc.option(fc.nat(limit), { freq: 2 });
const placed = { creator: member, assignee: some(2), project: some(2) };
const tenant = fc.record({
  projects: fc.array(fc.record({ isPrivate: fc.boolean(), members: fc.subarray([0, 1, 2]) }), { maxLength: 3 }),
  recurrences: fc.array(fc.record(placed), { maxLength: 3 }),
  tasks: fc.array(fc.record({ ...placed, recurrence: some(2) }), { minLength: 1, maxLength: 6 }),
  comments: fc.array(fc.record({ task: fc.nat(5), author: member }), { maxLength: 4 }),
  reminders: fc.array(fc.record({ task: fc.nat(5), user: member }), { maxLength: 4 }),
});
type Drawn = typeof tenant extends fc.Arbitrary<infer T> ? T : never;

type World = {
  tenantId: string;
  userIds: string[];
  projects: LoggedProject[];
  recurrences: Recurrence[];
  tasks: Task[];
  comments: Comment[];
  reminders: Reminder[];
};

test('SQL and memory agree about who sees what', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(tenant, tenant), async (drawn) => {
      const worlds = await makeWorlds(drawn);
      const all = (key: 'projects' | 'recurrences' | 'tasks' | 'comments' | 'reminders') =>
        worlds.flatMap((world) => world[key].map(({ id }) => id));
      for (const world of worlds) {
        for (const userId of world.userIds) {
          const viewer = viewerOf(world, userId);
          const seen = seenInMemory(world, userId);
          await expectAgreement(viewer, projectRecords, all('projects'), seen.projects);
          await expectAgreement(viewer, recurrenceRecords, all('recurrences'), seen.recurrences);
          await expectAgreement(viewer, taskRecords, all('tasks'), seen.tasks);
          await expectAgreement(viewer, commentRecords, all('comments'), seen.comments);
          await expectAgreement(viewer, reminderRecords, all('reminders'), seen.reminders);
          await expectLists(viewer, seen);
        }
      }
    }),
    { numRuns: 25 },
  );
});

type Seen = ReturnType<typeof seenInMemory>;

/** What the rules in memory say. */
function seenInMemory({ projects, recurrences, tasks, comments, reminders }: World, userId: string) {
  const seesProject = (id: string) => {
    const project = projects.find((one) => one.id === id);
    return project !== undefined && projectSight.sees(userId, project);
  };
  const seesTask = (task: Task) => taskSight.sees(userId, task, seesProject);
  const seesTaskOf = ({ taskId }: { taskId: string }) => tasks.some((task) => task.id === taskId && seesTask(task));
  return {
    projects: projects.filter((project) => projectSight.sees(userId, project)),
    recurrences: recurrences.filter((recurrence) => {
      const own = tasks.filter(({ recurrenceId }) => recurrenceId === recurrence.id);
      return recurrenceSight.sees(userId, { ...recurrence, tasks: own }, seesProject);
    }),
    tasks: tasks.filter(seesTask),
    comments: comments.filter(seesTaskOf),
    reminders: reminders.filter(seesTaskOf),
  };
}

/** Reading and locking by SQL see exactly these among all. */
async function expectAgreement<Row extends { id: string }>(
  viewer: Viewer,
  records: Records<Kind, Row>,
  ids: readonly string[],
  seen: readonly { id: string }[],
): Promise<void> {
  const { app } = test_;
  expect(idsOf(await readRecords({ app, viewer }, records, ids)), records.name).toEqual(idsOf(seen));
  const { locked } = await changeAsMember({ app, viewer, requestId: 'a test' }, async (tx) => ({
    locked: await lockRecords(tx, records, viewer, ids),
  }));
  expect(idsOf(locked.filter(({ isSeen }) => isSeen).map(({ row }) => row)), records.name).toEqual(idsOf(seen));
}

async function expectLists(viewer: Viewer, seen: Seen): Promise<void> {
  const acting = { app: test_.app, viewer, requestId: 'a test' };
  expect(idsOf((await listProjects(acting, {})).rows)).toEqual(idsOf(seen.projects));
  expect(idsOf((await listRecurrences(acting, {})).rows)).toEqual(idsOf(seen.recurrences));
  // The list is read in two ways: through indexes in its order, or by what the filter finds first.
  for (const filter of [{}, { tags: ['home'] }]) {
    expect(idsOf((await listTasks(acting, { filter })).rows)).toEqual(idsOf(seen.tasks));
  }
  const own = seen.reminders.filter(({ userId }) => userId === viewer.userId);
  expect(idsOf((await listReminders(acting, {})).rows)).toEqual(idsOf(own));
  for (const { id } of seen.tasks.slice(0, 1)) {
    const ofTask = seen.tasks.filter((task) => task.id === id).map((task) => ({ id: task.recurrenceId ?? '' }));
    const { rows } = await listRecurrences(acting, { filter: { taskId: id } });
    const visible = ofTask.filter((one) => seen.recurrences.some((recurrence) => recurrence.id === one.id));
    expect(idsOf(rows)).toEqual(idsOf(visible));
  }
}

function idsOf(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id).sort();
}

function viewerOf({ tenantId }: World, userId: string): Viewer {
  const credential = { scopes: null, tokenId: null, invitationId: null, expiresAt: null };
  return { tenantId, userId, role: 'MEMBER', timeZone: 'UTC', ...credential };
}

async function makeWorlds(drawn: readonly Drawn[]): Promise<World[]> {
  const { db } = test_.app;
  const userIds = Array.from({ length: 4 }, newId);
  await db.query(
    `INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt")
     SELECT id, id || '@b.example', 'a user', 'UTC', now(), now() FROM unnest($1::uuid[]) AS id`,
    [userIds],
  );
  const worlds = drawn.map((one, n) =>
    worldOf(
      one,
      (membersOf[n] as number[]).map((m) => userIds[m] as string),
    ),
  );
  for (const world of worlds) await insertWorld(world);
  return worlds;
}

function worldOf(drawn: Drawn, userIds: string[]): World {
  const tenantId = newId();
  const now = new Date();
  const times = { createdAt: now, updatedAt: now };
  const user = (n: number) => userIds[n] as string;
  const pick = <T extends { id: string }>(rows: T[], n: number | null) => (n === null ? null : (rows[n]?.id ?? null));
  const projects = drawn.projects.map(
    ({ isPrivate, members }): LoggedProject => ({
      ...{ id: newId(), tenantId, creatorId: user(0), name: 'a', color: '#3366cc', isPrivate, position: 1, version: 1 },
      ...{ ...times, archivedAt: null, memberIds: members.map(user) },
    }),
  );
  const place = (one: { creator: number; assignee: number | null; project: number | null }) => ({
    ...{ id: newId(), tenantId, creatorId: user(one.creator), projectId: pick(projects, one.project) },
    ...{ assigneeId: one.assignee === null ? null : user(one.assignee) },
    ...{ title: 'a', notes: null, priority: 'MEDIUM' as const, tags: ['home'], version: 1, ...times },
  });
  const recurrences = drawn.recurrences.map(
    (one): Recurrence => ({
      ...{ ...place(one), status: 'ACTIVE', preset: 'DAILY', rule: 'FREQ=DAILY', start: '2026-02-05', isAllDay: true },
      ...{ timeZone: 'UTC', basis: 'SCHEDULE', missed: 'ONE', monthEnd: 'SKIP', skipWeekends: false },
      ...{ generateAhead: 0, made: 1, madeBefore: 0, reachedAt: now, checkAt: null },
    }),
  );
  const tasks = drawn.tasks.map((one, n): Task => {
    const recurrenceId = pick(recurrences, one.recurrence);
    return {
      ...{ ...place(one), parentId: null, status: 'ACTIVE', dueAt: null, dueDate: null, dueTimeZone: null },
      ...{ completedAt: null, deletedAt: null, recurrenceId, occurrenceAt: recurrenceId ? new Date(n) : null },
    };
  });
  const taskId = (n: number) => (tasks[n % tasks.length] as Task).id;
  const comments = drawn.comments.map(
    ({ task, author }): Comment => ({
      ...{ id: newId(), tenantId, taskId: taskId(task), authorId: user(author), originalAuthor: null, text: 'a' },
      ...{ version: 1, createdAt: now, editedAt: null, deletedAt: null },
    }),
  );
  const reminders = drawn.reminders.map(({ task, user: n }) => {
    const wanted = { tenantId, taskId: taskId(task), userId: user(n), trigger: 'ABSOLUTE', channel: 'EMAIL' } as const;
    return newReminder({ now }, { ...wanted, offsetMinutes: null, timeOfDay: null, remindAt: now });
  });
  return { tenantId, userIds, projects, recurrences, tasks, comments, reminders };
}

async function insertWorld(world: World): Promise<void> {
  const { app } = test_;
  const { tenantId, userIds, projects } = world;
  await app.db.query(`INSERT INTO tenant (id, name, "createdAt") VALUES ($1, 'a tenant', now())`, [tenantId]);
  await changeAsSystem({ app, tenantId, requestId: 'a test' }, async (tx) => {
    const insertMembers = `INSERT INTO membership ("tenantId", "userId", role, "createdAt")
      SELECT $1, unnest($2::uuid[]), 'MEMBER', now()`;
    await tx.query('', insertMembers, [tenantId, userIds]);
    await writeNew(tx, projectRecords, projects);
    for (const { id, memberIds } of projects) {
      const insertMember = `INSERT INTO project_member ("tenantId", "projectId", "userId")
        SELECT $1, $2, unnest($3::uuid[])`;
      await tx.query('', insertMember, [tenantId, id, memberIds]);
    }
    await writeNew(tx, recurrenceRecords, world.recurrences);
    await writeNew(tx, taskRecords, world.tasks);
    await writeNew(tx, commentRecords, world.comments);
    await writeNew(tx, reminderRecords, world.reminders);
    return {};
  });
}
