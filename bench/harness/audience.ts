import { setTimeout as delay } from 'node:timers/promises';
import type { SubscribersAnswer, SubscribersQuestion } from '../processes/subscribers.ts';
import { type Child, startChild } from './child.ts';
import type { Target } from './compare.ts';
import { HttpCaller } from './http-caller.ts';
import { clock, type SubscriberOptions } from './subscriber.ts';

/** Milliseconds, over all deliveries to all subscribers. */
export type Delays = { p50: number; p99: number; max: number; deliveries: number };

/** Many subscribers, in as many processes as it takes to serve them all. */
export type Audience = AsyncDisposable & {
  /** Opens more sockets with equal subscriptions. */
  connect(sockets: { options: SubscriberOptions; count: number; isMatching: boolean }): Promise<void>;
  /** Sends mutations one after another, each when all who match have the one before. */
  deliver(target: Target, mutations: number): Promise<Delays>;
};

type Process = Child<SubscribersQuestion, SubscribersAnswer>;
type AnswerTo<K> = Extract<SubscribersAnswer, { kind: K }>;

const pauseMs = 60;
/** More handshakes at a time would only wait for each other. */
const connectingAtATime = 50;

export async function openAudience(processes = 1): Promise<Audience> {
  const all = await Promise.all(
    Array.from({ length: processes }, (): Promise<Process> => startChild('subscribers.js')),
  );
  const ask = <K>(question: SubscribersQuestion) =>
    Promise.all(all.map((process) => process.ask(question) as Promise<AnswerTo<K>>));
  return {
    async connect({ count, ...sockets }) {
      for (let left = count / processes; left > 0; left -= connectingAtATime) {
        await ask({ kind: 'connect', ...sockets, count: Math.min(left, connectingAtATime) });
      }
    },
    async deliver({ url, request }, mutations) {
      const delays: number[] = [];
      for (let sent = 0; sent < mutations; sent += 1) {
        // The server closes a connection that was idle while very many took the mutation before.
        using caller = new HttpCaller(new URL(url), request);
        await delay(pauseMs);
        const taking = ask<'taken'>({ kind: 'take' });
        const sentAt = clock();
        const [taken] = await Promise.all([taking, caller.call()]);
        for (const { arrivals } of taken) for (const arrival of arrivals) delays.push(arrival - sentAt);
      }
      await delay(pauseMs);
      const rest = (await ask<'rest'>({ kind: 'rest' })).reduce((sum, { count }) => sum + count, 0);
      if (rest > 0) throw new Error(`${rest} payloads came twice or to the wrong subscriber.`);
      return summarise(delays);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((process) => process[Symbol.asyncDispose]()));
    },
  };
}

function summarise(delays: number[]): Delays {
  const sorted = delays.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1), deliveries: sorted.length };
}
