import { expect, test } from 'vitest';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { startHttpTarget } from '../../support/execution-http.ts';
import { insertReminders } from '../../support/insert-reminders.ts';
import { CreateWebhookDocument } from '../../support/operations.ts';
import { createTestApp, type Person } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

test('slow webhooks of one tenant leave slots for others, however many are due', async () => {
  await using slow = await startHttpTarget();
  await using quick = await startHttpTarget();
  await using test_ = await createTestApp();
  const { app } = test_;
  const floods = 400;
  slow.answerWith(...Array.from({ length: floods }, () => 'hold' as const));
  const [flooder, other] = [(await test_.tenant()).alice, (await test_.tenant()).alice];
  await isDue(flooder, slow.url, floods);
  await using _ = await startWorkers(app);
  await until(() => slow.held >= 40);
  await isDue(other, quick.url, 20);
  await until(() => quick.received.length === 20, { what: 'all webhooks of the other tenant' });
  expect(slow.received).toHaveLength(40);
  // What waited for its turn goes on.
  await until(async () => {
    slow.release();
    return slow.received.length > 250;
  });

  async function isDue(person: Person, url: string, count: number): Promise<void> {
    await person.run(CreateWebhookDocument, { input: { url } });
    const at = `'${app.clock.now().toISOString()}'::timestamptz`;
    await insertReminders(app.db, person.viewer, { count, at });
    await app.db.query(`UPDATE reminder SET channel = 'WEBHOOK' WHERE "tenantId" = $1`, [person.viewer.tenantId]);
  }
});
