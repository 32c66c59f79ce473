import { expect, test } from 'vitest';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { insertReminders } from '../../support/insert-reminders.ts';
import { CreateWebhookDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

/** Reminders of a person that are due now, and go to this webhook. */
async function areDue({ app }: TestApp, person: Person, { url, count }: { url: string; count: number }): Promise<void> {
  await person.run(CreateWebhookDocument, { input: { url } });
  const at = `'${app.clock.now().toISOString()}'::timestamptz`;
  await insertReminders(app.db, person.viewer, { count, at });
  await app.db.query(`UPDATE reminder SET channel = 'WEBHOOK' WHERE "userId" = $1`, [person.viewer.userId]);
}

const held = (count: number) => Array.from({ length: count }, () => 'hold' as const);

test('slow webhooks of one tenant leave slots for others, and a slow host leaves slots of its tenant', async () => {
  const slow = await Promise.all(Array.from({ length: 5 }, startHttpTarget));
  await using quick = await startHttpTarget();
  await using test_ = await createTestApp();
  const tenant = await test_.tenant();
  const other = (await test_.tenant()).alice;
  const requests = () => slow.reduce((sum, { received }) => sum + received.length, 0);
  for (const target of slow) target.answerWith(...held(30));
  await using _ = await startWorkers(test_.app);

  const [first, ...further] = slow as [HttpTarget, ...HttpTarget[]];
  await areDue(test_, await tenant.person('first'), { url: first.url, count: 30 });
  await until(() => first.held === 10);
  await areDue(test_, tenant.alice, { url: quick.url, count: 20 });
  await until(() => quick.received.length === 20, { what: 'the webhooks of the tenant to another host' });
  expect(first.received).toHaveLength(10);

  for (const { url } of further) await areDue(test_, await tenant.person('further'), { url, count: 30 });
  await until(() => requests() === 40);
  await areDue(test_, other, { url: quick.url, count: 20 });
  await until(() => quick.received.length === 40, { what: 'all webhooks of the other tenant' });
  expect(requests()).toBe(40);
  for (const { received } of slow) expect(received.length).toBeLessThanOrEqual(10);
  // What waited for its turn goes on.
  await until(async () => {
    for (const target of slow) target.release();
    return requests() === 150;
  });
  for (const target of slow) await target[Symbol.asyncDispose]();
});
