import { setTimeout as delay } from 'node:timers/promises';
import { insertReminders } from '../../test/support/insert-reminders.ts';
import { startChild } from '../harness/child.ts';
import { openPendingWorld } from '../harness/pending-reminders.ts';
import type { World } from '../harness/world.ts';
import type { MailServerAnswer, MailServerQuestion } from '../processes/mail-server.ts';
import type { Row } from '../row.ts';
import { formatNumber } from '../table.ts';
import { startWhole } from './executions-server.ts';

const pending = 100_000;
const others = 1_000;
/** All of them are in the table before the first is due. */
const soon = `now() + interval '3 seconds'`;
const sentWithinMs = 120_000;

export const reminderPunctuality: Row = {
  name: 'reminder-punctuality',
  measures: `a reminder's moment to its SENT, ${formatNumber(others)} others due in the same minute, ${formatNumber(pending)} pending: p99`,
  goal: { below: 2_000 },
  async run(world) {
    await using server = await startChild<MailServerQuestion, MailServerAnswer>('mail-server.js');
    await using beside = await openPendingWorld(world, pending);
    await using _errand = await startWhole(beside, { SMTP_URL: String(await server.ask('url')) });
    const spread = await delaysOf(beside, `${soon} + random() * interval '1 minute'`);
    const atOnce = await delaysOf(beside, soon);
    const detail = `${told(spread)}; when all fall due at one moment, ${told(atOnce)}. The scan for what is due runs each second`;
    return { kind: 'value', value: quantile(spread, 0.99), unit: 'ms', detail };
  },
};

/** How long after its moment each of the reminders was sent, the shortest first. */
async function delaysOf({ db, seeded }: World, at: string): Promise<number[]> {
  const ids = (await insertReminders(db, seeded, { count: others + 1, at })).map(({ id }) => id);
  for (const until = Date.now() + sentWithinMs; ; await delay(500)) {
    const { rows } = await db.query<{ ms: number }>(selectDelays, [ids]);
    if (rows.length === ids.length) return rows.map(({ ms }) => ms);
    if (Date.now() > until) throw new Error(`${rows.length} of ${ids.length} reminders were sent in time.`);
  }
}

/** The clocks of Errand and PostgreSQL are one here. */
const selectDelays = `
  SELECT (extract(epoch FROM "sentAt" - "remindAt") * 1000)::float8 AS ms FROM reminder
  WHERE id = ANY($1) AND status = 'SENT' ORDER BY ms`;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

function told(sorted: readonly number[]): string {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => formatNumber(quantile(sorted, share)));
  return `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
}
