import { fileURLToPath } from 'node:url';
import { insertReminders } from '../../test/support/insert-reminders.ts';
import { spawnProgram } from '../../test/support/process.ts';
import { headerOf, startSmtp } from '../../test/support/smtp.ts';
import { until } from '../../test/support/until.ts';
import { killDeliveringWorkers } from '../../test/support/worker-kills.ts';
import { openPendingWorld } from '../harness/pending-reminders.ts';
import type { Row } from '../row.ts';
import { formatNumber } from '../table.ts';

const pending = 100_000;
const due = 1_000;
const kills = 10;

export const reminderKills: Row = {
  name: 'reminder-kills',
  measures: `reminders lost or sent twice of ${formatNumber(due)} due, ${kills} workers killed with mails in hand, ${formatNumber(pending)} pending`,
  goal: { below: 1 },
  async run(world) {
    await using smtp = await startSmtp();
    await using beside = await openPendingWorld(world, pending);
    const { db, seeded } = beside;
    const ids = (await insertReminders(db, seeded, { count: due, at: 'now()' })).map(({ id }) => id);
    const env = {
      DATABASE_URL: beside.databaseUrl,
      ERRAND_MASTER_KEY: beside.masterKey.toString('base64'),
      SMTP_URL: smtp.url,
      NODE_ENV: 'production',
    };
    const file = fileURLToPath(new URL('../../src/main/worker.js', import.meta.url));
    const startWorker = () => spawnProgram(process.execPath, ['--enable-source-maps', file], { env });
    const cutOff = await killDeliveringWorkers({ db, smtp, startWorker, times: kills, most: 50, random: Math.random });
    {
      await using _worker = startWorker();
      const isOver = async () => (await db.query(selectOpen, [ids])).rows[0]?.count === 0;
      await until(isOver, { what: 'every due reminder to be over' });
    }
    const mails = smtp.accepted.map((mail) => headerOf(mail, 'Message-ID') ?? '');
    const wrong = ids.filter((id) => mails.filter((mail) => mail.includes(id)).length !== 1);
    const detail = `the kills cut off ${cutOff.join(', ')} mails; ${mails.length} were accepted`;
    return { kind: 'value', value: wrong.length, unit: 'reminders', detail };
  },
};

const selectOpen = `
  SELECT count(*)::int AS count FROM reminder WHERE id = ANY($1) AND status IN ('PENDING', 'SENDING')`;
