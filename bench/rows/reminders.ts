import { type Child, startChild } from '../harness/child.ts';
import { inTurn } from '../harness/compare.ts';
import type { World } from '../harness/world.ts';
import type { Turn } from '../processes/load.ts';
import type { MailServerAnswer, MailServerQuestion } from '../processes/mail-server.ts';
import type { Row } from '../row.ts';
import { startWhole } from './executions-server.ts';

const mails = 100;

/** Reminders of real tasks, one each, whose moment is now. */
const insertDue = `
  INSERT INTO reminder (id, "tenantId", "taskId", "userId", trigger, channel, status, "remindAt", "nextAttemptAt", attempts,
    version, "createdAt", "updatedAt")
  SELECT gen_random_uuid(), "tenantId", id, "creatorId", 'ABSOLUTE', 'EMAIL', 'PENDING', now(), now(), 0, 1, now(), now()
  FROM task WHERE "tenantId" = $1 AND "creatorId" = $2 AND status = 'ACTIVE' AND "deletedAt" IS NULL LIMIT $3`;

export const reminders: Row = {
  name: 'reminders',
  measures: `reminders due at once, accepted by a mail server, from the first to the last of ${mails}; against bare nodemailer`,
  goal: { atLeast: 0.4 },
  async run(world) {
    await using server = await startChild<MailServerQuestion, MailServerAnswer>('mail-server.js');
    const smtp = { SMTP_URL: String(await server.ask('url')) };
    await using errand = await startWhole(world, smtp);
    await using bare = await startChild<number, void>('bare-mailer.js', { env: smtp });
    const deliver = () => whileAccepting(server, (count) => makeDue(world, count));
    const send = () => whileAccepting(server, (count) => bare.ask(count));
    await deliver();
    await send();
    return await inTurn(world, { pid: errand.pid, turn: deliver }, { pid: bare.pid, turn: send });
  },
};

/** Mails per second by the mail server's own count, so that the wait for the next scan is not in it. */
export async function whileAccepting(
  server: Child<MailServerQuestion, MailServerAnswer>,
  start: (count: number) => Promise<unknown>,
): Promise<Turn> {
  const [perSecond] = await Promise.all([server.ask({ mails }), start(mails)]);
  return { calls: mails, perSecond: Number(perSecond) };
}

async function makeDue({ db, seeded }: World, count: number): Promise<void> {
  await db.query(insertDue, [seeded.tenantId, seeded.userId, count]);
}
