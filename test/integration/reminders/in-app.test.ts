import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { collect } from '../../support/deliveries.ts';
import {
  AcknowledgeReminderDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  ReminderChangedDocument,
  type ReminderChangedSubscription,
  RemindersDocument,
  UndoDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let workers: Workers;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  test_.clock.set('2026-02-04T10:00:00Z');
  workers = await startWorkers(test_.app);
  const tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person('bob');
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

type Item = ReminderChangedSubscription['reminderChanged'];

async function follow(person: Person, after: string | null = null) {
  const source = await person.subscribe(ReminderChangedDocument, { after });
  const live = collect(source);
  const items = () => live.items.map(({ reminderChanged }) => reminderChanged);
  return { ...live, items, until: (isEnough: (items: Item[]) => boolean) => live.until(() => isEnough(items())) };
}

const kindsOf = (items: Item[]) => items.flatMap((item) => (item.__typename === 'ReminderChanged' ? [item.kind] : []));
const isSent = (items: Item[]) => kindsOf(items).includes('SENT');

/** A task that alice made, bob is to do, and one of them is reminded of in an hour. */
async function remind(person: Person, title: string): Promise<string> {
  const assigneeId = Buffer.from(`User:${bob.viewer.userId}`).toString('base64url');
  const due = { at: new Date(test_.clock.now().getTime() + 3_600_000).toISOString() };
  const { task } = (await alice.run(CreateTaskDocument, { input: { title, assigneeId, due } })).createTask;
  const input = { taskId: task.id, trigger: 'AT_DUE', channel: 'IN_APP' } as const;
  return (await person.run(CreateReminderDocument, { input })).createReminder.reminder.id;
}

test('it is delivered live to its user alone, and a subscription that was lost goes on behind its cursor', async () => {
  await using live = await follow(alice);
  await using others = await follow(bob);
  await live.until((items) => items.length > 0);
  await others.until((items) => items.length > 0);
  const id = await remind(alice, 'tea');
  const marker = await remind(bob, 'coffee');
  test_.clock.advance(3_600_000);
  await live.until(isSent);
  expect(kindsOf(live.items())).toEqual(['CREATED', 'SENDING', 'SENT']);
  expect(live.items().at(-1)).toMatchObject({ reminder: { id, status: 'SENT', task: { title: 'tea' } } });

  await others.until(isSent);
  expect(JSON.stringify(others.items())).toContain(marker);
  expect(JSON.stringify(others.items())).not.toContain(id);

  const created = live.items().find((item) => kindsOf([item])[0] === 'CREATED') as Item;
  await using resumed = await follow(alice, created.cursor);
  await resumed.until(isSent);
  expect(kindsOf(resumed.items())).toEqual(['SENDING', 'SENT']);
});

test('it is shown after an outage of days, where a mail would expire', async () => {
  await using live = await follow(alice);
  await live.until((items) => items.length > 0);
  const id = await remind(alice, 'late tea');
  test_.clock.advance(4 * 24 * 3_600_000);
  await live.until(isSent);
  expect(live.items().at(-1)).toMatchObject({ reminder: { id, status: 'SENT' } });
});

test('it stays in the list of what was shown until its user acknowledges it, and no longer', async () => {
  const id = await remind(bob, 'read me');
  const early = await bob.refused(AcknowledgeReminderDocument, { id });
  expect(early).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('cannot be acknowledged') });
  await using live = await follow(bob);
  await live.until((items) => items.length > 0);
  test_.clock.advance(3_600_000);
  await live.until(isSent);

  const inbox = async () => {
    const filter = { channels: ['IN_APP' as const], statuses: ['SENT' as const], isAcknowledged: false };
    return (await bob.run(RemindersDocument, { filter })).reminders.nodes.map((reminder) => reminder.id);
  };
  expect(await inbox()).toContain(id);
  expect(await alice.refused(AcknowledgeReminderDocument, { id })).toMatchObject({ code: 'FORBIDDEN' });
  const { acknowledgeReminder } = await bob.run(AcknowledgeReminderDocument, { id });
  expect(acknowledgeReminder.reminder.acknowledgedAt).toBe(test_.clock.now().toISOString());
  expect(await inbox()).not.toContain(id);
  expect(await bob.refused(AcknowledgeReminderDocument, { id })).toMatchObject({ code: 'CONFLICT' });
  await live.until((items) => kindsOf(items).includes('ACKNOWLEDGED'));
  await bob.run(UndoDocument, { changeId: acknowledgeReminder.changeId });
  expect(await inbox()).toContain(id);
});

test('a user who no longer sees the task hears nothing more of its reminder', async () => {
  await using before = await follow(bob);
  await before.until((items) => items.length > 0);
  const id = await remind(bob, 'secret now');
  await before.until((items) => kindsOf(items).includes('CREATED'));
  await using live = await follow(bob, before.items().at(-1)?.cursor);
  await live.until((items) => items.length > 0);
  await test_.app.db.query(`UPDATE task SET "assigneeId" = NULL, title = 'hidden' WHERE title = 'secret now'`);
  const seen = await remind(bob, 'still seen');
  test_.clock.advance(3_600_000);
  await live.until((items) => isSent(items) && JSON.stringify(items).includes(seen));
  expect(JSON.stringify(live.items())).not.toContain(id);
  expect(JSON.stringify(live.items())).not.toContain('hidden');
});
