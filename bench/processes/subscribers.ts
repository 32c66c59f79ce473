import { answerQuestions } from '../harness/answer.ts';
import { Subscriber, type SubscriberOptions } from '../harness/subscriber.ts';

export type SubscribersQuestion =
  /** Opens more sockets, each with one subscription, and waits until all stand. */
  | { kind: 'connect'; options: SubscriberOptions; count: number; isMatching: boolean }
  /** Takes one change with every subscriber that matches, and answers when each came. */
  | { kind: 'take' }
  /** How many changes came that nobody has taken. */
  | { kind: 'rest' }
  /** Opens one subscription, takes so many changes, and answers how long that took. */
  | { kind: 'resume'; options: SubscriberOptions; changes: number };

export type SubscribersAnswer =
  | { kind: 'connected' }
  | { kind: 'taken'; arrivals: number[] }
  | { kind: 'rest'; count: number }
  | { kind: 'resumed'; ms: number };

const matching: Subscriber[] = [];
const all: Subscriber[] = [];

answerQuestions(async (question: SubscribersQuestion): Promise<SubscribersAnswer> => {
  switch (question.kind) {
    case 'connect':
      await connect(question);
      return { kind: 'connected' };
    case 'take':
      return { kind: 'taken', arrivals: await Promise.all(matching.map((subscriber) => subscriber.change())) };
    case 'rest':
      return { kind: 'rest', count: all.reduce((sum, subscriber) => sum + subscriber.waiting, 0) };
    case 'resume':
      return { kind: 'resumed', ms: await resume(question) };
  }
});

type Connect = Extract<SubscribersQuestion, { kind: 'connect' }>;

async function connect({ options, count, isMatching }: Connect): Promise<void> {
  const opened = Array.from({ length: count }, () => new Subscriber(options));
  all.push(...opened);
  if (isMatching) matching.push(...opened);
  await Promise.all(opened.map((subscriber) => subscriber.ready));
}

/** The clock runs from before the socket is opened. */
async function resume({ options, changes }: Extract<SubscribersQuestion, { kind: 'resume' }>): Promise<number> {
  const startedAt = performance.now();
  const subscriber = new Subscriber(options);
  for (let taken = 0; taken < changes; taken += 1) await subscriber.change();
  const ms = performance.now() - startedAt;
  subscriber.close();
  return ms;
}
