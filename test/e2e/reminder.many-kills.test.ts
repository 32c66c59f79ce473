import { expect, test } from 'vitest';
import { insertReminders } from '../support/insert-reminders.ts';
import { spawnErrand } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { headerOf, startSmtp } from '../support/smtp.ts';
import { createTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { killDeliveringWorkers } from '../support/worker-kills.ts';

const kills = 10;
const due = 300;
const pending = 5_000;

test('of ten workers killed with mails in hand, no reminder is lost and none is sent twice', async () => {
  await using smtp = await startSmtp();
  await using app = await createTestApp();
  const { db, config } = app.app;
  const { viewer } = (await app.tenant()).alice;
  await insertReminders(db, viewer, { count: pending, at: `now() + n * interval '1 hour'` });
  const reminders = await insertReminders(db, viewer, { count: due, at: 'now()' });
  const env = {
    DATABASE_URL: config.database.url,
    ERRAND_MASTER_KEY: config.masterKey.toString('base64'),
    SMTP_URL: smtp.url,
    MAIL_FROM: 'errand@example.test',
  };
  const startWorker = () => spawnErrand('worker', { env });
  const random = seededRandom(Date.now());

  const cutOff = await killDeliveringWorkers({ db, smtp, startWorker, times: kills, most: 20, random });
  expect(cutOff).toHaveLength(kills);
  expect(Math.min(...cutOff)).toBeGreaterThan(0);
  {
    await using worker = startWorker();
    await worker.ready();
    await until(() => smtp.accepted.length >= due, { what: 'every mail' });
    await until(async () => (await countByStatus()).SENT === due, { what: 'every reminder to be SENT' });
  }
  expect(await countByStatus()).toEqual({ SENT: due, PENDING: pending });
  // Each names its reminder and the moment that it was sent for.
  const ids = smtp.accepted.map((mail) => headerOf(mail, 'Message-ID')?.replace(/-\d+@/, '@'));
  expect(ids.sort()).toEqual(reminders.map(({ id }) => `<reminder-${id}@example.test>`).sort());

  async function countByStatus(): Promise<Record<string, number>> {
    const { rows } = await db.query('SELECT status, count(*)::int AS count FROM reminder GROUP BY status');
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }
});
