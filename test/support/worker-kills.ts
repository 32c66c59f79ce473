import type pg from 'pg';
import type { SmtpServer } from './smtp.ts';
import { until } from './until.ts';

/** A worker as a process. */
export type Worker = AsyncDisposable & {
  ready(): Promise<unknown>;
  kill(signal: 'SIGKILL'): void;
  ended: Promise<{ signal: string | null }>;
};

type Kills = {
  db: pg.Pool;
  smtp: SmtpServer;
  startWorker(): Worker;
  times: number;
  /** So many mails, or fewer by chance, are accepted between two kills. */
  most: number;
  random(): number;
};

/**
 * Ends workers with kill -9, one after another, each while the mail server has mails of it in hand. What was accepted by
 * then is committed, so that no mail may come twice. @returns how many mails each kill cut off.
 */
export async function killDeliveringWorkers({ db, smtp, startWorker, times, most, random }: Kills): Promise<number[]> {
  const cutOff: number[] = [];
  for (let kill = 0; kill < times; kill += 1) {
    const more = 1 + Math.floor(random() * most);
    const accepted = smtp.accepted.length + more;
    smtp.behave(...Array<'accept'>(more).fill('accept'), 'hold');
    await using worker = startWorker();
    await worker.ready();
    const isInHand = async () =>
      smtp.held > 0 && smtp.accepted.length === accepted && (await countSent(db)) === accepted;
    await until(isInHand, { what: 'a mail to be held, and every accepted one to be SENT' });
    cutOff.push(smtp.held);
    worker.kill('SIGKILL');
    const { signal } = await worker.ended;
    if (signal !== 'SIGKILL') throw new Error('The worker ended before it was killed.');
    await until(() => smtp.held === 0, { what: 'the end of its connections' });
  }
  smtp.behave('accept');
  return cutOff;
}

async function countSent(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM reminder WHERE status = 'SENT'`,
  );
  return rows[0]?.count ?? 0;
}
