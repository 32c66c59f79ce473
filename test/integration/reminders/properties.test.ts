import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverDue } from '../../support/deliver-due.ts';
import {
  CancelReminderDocument,
  CompleteTaskDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
  ReopenTaskDocument,
  RestoreTaskDocument,
  TaskDocument,
  UndoDocument,
  UpdateTaskDocument,
  UpdateTasksDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.parse('2026-02-04T10:00:00Z');

const step = fc.record({
  // Often moved and waited for, so that most of them are sent; seldom cancelled, after which nothing is.
  what: fc.constantFrom(
    ...(['move', 'move', 'move', 'moveByDays', 'moveByDays', 'clear', 'complete', 'delete', 'cancel'] as const),
    ...(['undo', 'undo', 'undo', 'wait', 'wait', 'wait', 'wait', 'wait'] as const),
  ),
  hours: fc.integer({ min: -3, max: 30 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Answer = Record<string, { changeId: string }>;

/** What is known without looking: what the user did to the reminder, and which of the changes stand. */
type Model = { isCancelledByUser: boolean; stack: { changeId: string; isCancelledByUser: boolean }[] };

async function act(taskId: string, id: string, { what, hours }: Step, model: Model): Promise<void> {
  const { task } = await alice.run(TaskDocument, { id: taskId });
  const at = new Date(test_.clock.now().getTime() + hours * hourMs).toISOString();
  const update = (changes: object) => alice.run(UpdateTaskDocument, { input: { id: taskId, ...changes } });
  const toggle = (isDone: boolean, [doing, undoing]: readonly object[]): Promise<Answer> =>
    alice.run((isDone ? undoing : doing) as TypedDocumentNode<Answer, { id: string }>, { id: taskId });
  const acts: Record<Exclude<Step['what'], 'undo' | 'wait'>, () => Promise<Answer>> = {
    move: () => update({ due: { at } }),
    moveByDays: () => alice.run(UpdateTasksDocument, { target: { ids: [taskId] }, changes: { moveDueByDays: 1 } }),
    clear: () => update({ due: null }),
    complete: () => toggle(task.status === 'COMPLETED', [CompleteTaskDocument, ReopenTaskDocument]),
    delete: () => toggle(task.deletedAt !== null, [DeleteTaskDocument, RestoreTaskDocument]),
    cancel: () => alice.run(CancelReminderDocument, { id }),
  };
  if (what === 'wait') {
    test_.clock.advance(Math.abs(hours) * hourMs);
    await deliverDue(test_.app);
  } else if (what === 'undo') {
    const last = model.stack.pop();
    if (!last) return;
    await alice.run(UndoDocument, { changeId: last.changeId });
    model.isCancelledByUser = last.isCancelledByUser;
  } else {
    const { version } = await read(id);
    const answer = await acts[what]().catch(() => null);
    const changeId = answer && Object.values(answer)[0]?.changeId;
    const isChanged = (await alice.run(TaskDocument, { id: taskId })).task.version !== task.version;
    if (!changeId || (!isChanged && (await read(id)).version === version)) return;
    model.stack.push({ changeId, isCancelledByUser: model.isCancelledByUser });
    if (what === 'cancel') model.isCancelledByUser = true;
  }
}

const read = async (id: string) => (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;

async function check(taskId: string, id: string, { isCancelledByUser }: Model): Promise<void> {
  const { task } = await alice.run(TaskDocument, { id: taskId });
  const reminder = await read(id);
  const isOpen = task.status === 'ACTIVE' && !task.deletedAt;
  const due = task.due?.at ? Date.parse(task.due.at) : null;
  const moment = due === null ? null : due - hourMs;
  const isAhead = moment !== null && moment > test_.clock.now().getTime();
  const isPending = isOpen && isAhead && !isCancelledByUser;
  if (isPending) {
    const remindAt = new Date(moment ?? 0).toISOString();
    expect(reminder).toMatchObject({ status: 'PENDING', remindAt, nextAttemptAt: remindAt, attempts: 0 });
  } else if (isCancelledByUser) expect(reminder.status).toBe('CANCELLED');
  else if (!isOpen || due === null) expect(reminder.status).not.toBe('PENDING');
  if (reminder.status === 'SENT') expect(reminder.sentAt).not.toBeNull();
}

/** How often it was sent for each moment. */
async function sendings(id: string): Promise<number[]> {
  const uuid = Buffer.from(id, 'base64url').toString().split(':')[1];
  const { rows } = await test_.app.db.query<{ count: number }>(
    `SELECT count(*)::int FROM event WHERE "objectId" = $1 AND type = 'reminder.sent' GROUP BY after ->> 'remindAt'`,
    [uuid],
  );
  return rows.map(({ count }) => count);
}

let sent = 0;

test('a reminder is pending whenever its moment lies ahead, whatever was done, undone and sent before', async () => {
  const run = async (steps: readonly Step[]) => {
    test_.clock.set(new Date(start).toISOString());
    const input = { title: 'a', due: { at: new Date(start + dayMs).toISOString() } };
    const taskId = (await alice.run(CreateTaskDocument, { input })).createTask.task.id;
    const wanted = { taskId, trigger: 'BEFORE_1_HOUR', channel: 'IN_APP' } as const;
    const { id } = (await alice.run(CreateReminderDocument, { input: wanted })).createReminder.reminder;
    const model: Model = { isCancelledByUser: false, stack: [] };
    for (const one of steps) {
      await act(taskId, id, one, model);
      await check(taskId, id, model);
    }
    const counts = await sendings(id);
    expect(counts.every((count) => count === 1)).toBe(true);
    sent += counts.length;
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25, size: 'max' }), run), {
    numRuns: Number(process.env.REMINDER_RUNS ?? 20),
  });
  // Otherwise the sequences would prove little.
  expect(sent).toBeGreaterThanOrEqual(5);
});
