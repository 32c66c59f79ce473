import { setTimeout as delay } from 'node:timers/promises';
import { answerQuestions } from '../harness/answer.ts';
import { HttpCaller, type HttpRequest } from '../harness/http-caller.ts';
import { Subscriber, type SubscriberOptions } from '../harness/subscriber.ts';

export type SubscribersQuestion =
  /** Opens sockets, each with one subscription, and waits until all stand. `matching` of them will match. */
  | { kind: 'connect'; options: SubscriberOptions; others: SubscriberOptions; matching: number; count: number }
  /** Sends mutations one after another and waits for each until everyone who matches has it. */
  | { kind: 'deliver'; url: string; request: HttpRequest; mutations: number }
  /** Opens one subscription and takes so many changes. */
  | { kind: 'resume'; options: SubscriberOptions; changes: number };

/** Milliseconds, over all deliveries to all subscribers. */
export type Delays = { p50: number; p99: number; max: number; deliveries: number };
export type SubscribersAnswer = { delays: Delays } | { ms: number } | 'connected';

const pauseMs = 60;
let matching: Subscriber[] = [];
let all: Subscriber[] = [];

answerQuestions((question: SubscribersQuestion): Promise<SubscribersAnswer> => {
  switch (question.kind) {
    case 'connect':
      return connectAll(question);
    case 'deliver':
      return deliver(question);
    case 'resume':
      return resume(question);
  }
});

type Connect = Extract<SubscribersQuestion, { kind: 'connect' }>;

async function connectAll({ options, others, matching: wanted, count }: Connect): Promise<'connected'> {
  for (const subscriber of all) subscriber.close();
  all = Array.from({ length: count }, (_, index) => new Subscriber(index < wanted ? options : others));
  matching = all.slice(0, wanted);
  await Promise.all(all.map((subscriber) => subscriber.ready));
  return 'connected';
}

/** The clock runs from the moment before the mutation is sent until a subscriber's payload is taken off its socket. */
async function deliver({ url, request, mutations }: Extract<SubscribersQuestion, { kind: 'deliver' }>) {
  using caller = new HttpCaller(new URL(url), request);
  const delays: number[] = [];
  for (let sent = 0; sent < mutations; sent += 1) {
    const sentAt = performance.now();
    const taken = matching.map(async (subscriber) => {
      await subscriber.change();
      delays.push(performance.now() - sentAt);
    });
    await Promise.all([caller.call(), ...taken]);
    await delay(pauseMs);
  }
  const extra = all.reduce((sum, subscriber) => sum + subscriber.waiting, 0);
  if (extra > 0) throw new Error(`${extra} payloads came twice or to the wrong subscriber.`);
  return { delays: summarise(delays) };
}

function summarise(delays: number[]): Delays {
  const sorted = delays.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1), deliveries: sorted.length };
}

/** The clock runs from before the socket is opened. */
async function resume({ options, changes }: Extract<SubscribersQuestion, { kind: 'resume' }>) {
  const startedAt = performance.now();
  const subscriber = new Subscriber(options);
  for (let taken = 0; taken < changes; taken += 1) await subscriber.change();
  const ms = performance.now() - startedAt;
  subscriber.close();
  return { ms };
}
