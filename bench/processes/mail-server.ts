import { setTimeout as delay } from 'node:timers/promises';
import { startSmtp } from '../../test/support/smtp.ts';
import { answerQuestions } from '../harness/answer.ts';

export type MailServerQuestion =
  | 'url'
  /** Waits for so many mails to come from now on. */
  | { mails: number };

/** Mails accepted in a second, from the first to the last. */
export type MailServerAnswer = string | number;

const acceptedWithinMs = 30_000;
const smtp = await startSmtp();
let seen = 0;

answerQuestions(
  (question: MailServerQuestion): Promise<MailServerAnswer> | string =>
    question === 'url' ? smtp.url : acceptedPerSecond(question.mails),
  () => smtp[Symbol.asyncDispose](),
);

async function acceptedPerSecond(mails: number): Promise<number> {
  await accepted(seen + 1);
  const [first, firstAt] = [smtp.accepted.length, performance.now()];
  await accepted(seen + mails);
  seen += mails;
  return ((seen - first) * 1000) / (performance.now() - firstAt);
}

async function accepted(count: number): Promise<void> {
  for (const until = Date.now() + acceptedWithinMs; smtp.accepted.length < count; await delay(1)) {
    if (Date.now() > until) throw new Error(`${smtp.accepted.length} of ${count} mails came in time.`);
  }
}
