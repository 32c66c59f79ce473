import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Connection, type ResumingSink, resume, type StreamResult } from '../../web/resume/core.ts';
import { mayTryAgain } from '../../web/resume/reasons.ts';

type Data = { changed: { __typename: string; seq?: number } };
type Attempt = { after: string | null; sink: Required<ResumingSink<Data>>; isLeft: boolean };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A client whose server is this test. */
function createConnection() {
  const attempts: Attempt[] = [];
  const listeners = { connecting() {}, closed(_event: unknown) {} };
  const connection: Connection<Data> = {
    subscribe(after, sink) {
      listeners.connecting();
      const attempt = { after: after(), sink, isLeft: false };
      attempts.push(attempt);
      return () => {
        attempt.isLeft = true;
      };
    },
    watch: (listener) => {
      Object.assign(listeners, listener);
      return () => {};
    },
    drop: () => attempts.at(-1)?.sink.error({ code: 4499, reason: 'Terminated' }),
  };
  const current = () => {
    const attempt = attempts.at(-1);
    if (!attempt) throw new Error('Nothing was subscribed.');
    return attempt;
  };
  return { connection, attempts, current };
}

const event = (seq: number): StreamResult<Data> => ({
  data: { changed: { __typename: 'Changed', seq } },
  extensions: { cursor: String(seq) },
});
const ready = (cursor: number): StreamResult<Data> => ({
  data: { changed: { __typename: 'StreamReady' } },
  extensions: { cursor: String(cursor) },
});
const failedWith = (code: string) => [{ message: code, extensions: { code } }];

function follow() {
  const { connection, attempts, current } = createConnection();
  const seen: number[] = [];
  const waits: number[] = [];
  const ends: unknown[] = [];
  const leave = resume<Data>(
    connection,
    {
      next: ({ data }) => data?.changed.seq !== undefined && seen.push(data.changed.seq),
      error: (reason) => ends.push(reason),
      complete: () => ends.push('complete'),
    },
    { after: null, firstWaitMs: 100, maxWaitMs: 10_000, onReconnect: ({ waitMs }) => waits.push(waitMs) },
  );
  return { attempts, current, seen, waits, ends, leave };
}

const close = (code: number) => ({ code, reason: '' });

test.each([
  ['a lost connection', close(1006), [true, true, true]],
  ['a server that stops', close(1001), [true, true, true]],
  ['a slow reader', close(4411), [true, true, true]],
  ['an error of the network', new Error('ECONNREFUSED'), [true, true, true]],
  ['an outage', failedWith('UNAVAILABLE'), [true, true, true]],
  ['an ended token', close(4401), [false, true, true]],
  ['changed rights', close(4403), [false, true, true]],
  ['too many connections', close(4429), [true, true, false]],
  ['a fault of the server', close(4500), [true, true, false]],
  ['too many operations', failedWith('RATE_LIMITED'), [true, true, false]],
  ['an unreadable message', close(4400), [false, false, false]],
  ['an object that is not found', failedWith('NOT_FOUND'), [false, false, false]],
  ['a fault that nobody expected', failedWith('INTERNAL'), [false, false, false]],
])('%s is tried again: at first, once accepted, after ten failures', (_name, reason, expected) => {
  const states = [
    { failures: 0, isAccepted: false },
    { failures: 0, isAccepted: true },
    { failures: 10, isAccepted: true },
  ];
  expect(states.map((state) => mayTryAgain(reason, state))).toEqual(expected);
});

test('an event that an outage left incomplete is asked for again, and not passed over', () => {
  const { current, seen, attempts } = follow();
  current().sink.next(ready(0));
  current().sink.next(event(1));
  current().sink.next({ data: null, errors: failedWith('UNAVAILABLE') as never, extensions: { cursor: '2' } });
  expect(attempts[0]?.isLeft).toBe(true);
  vi.runOnlyPendingTimers();
  expect(current().after).toBe('1');
  current().sink.next(event(2));
  expect(seen).toEqual([1, 2]);
});

test('a server that accepts and fails at once is asked less and less often', () => {
  const { current, waits } = follow();
  for (let n = 1; n <= 8; n += 1) {
    current().sink.next(ready(0));
    current().sink.error(close(1006));
    vi.advanceTimersByTime(10_000);
  }
  expect(waits.at(-1)).toBeGreaterThan(5_000);
});

test('a fault of the server that stays ends it', () => {
  const { current, attempts, ends } = follow();
  for (let n = 1; n <= 20 && ends.length === 0; n += 1) {
    current().sink.error(close(4500));
    vi.advanceTimersByTime(10_000);
  }
  expect(ends).toEqual([close(4500)]);
  expect(attempts).toHaveLength(11);
});

test('leaving it while it waits ends it', () => {
  const { current, attempts, ends, leave } = follow();
  current().sink.error(close(1006));
  leave();
  vi.advanceTimersByTime(60_000);
  expect(ends).toEqual(['complete']);
  expect(attempts).toHaveLength(1);
  leave();
  expect(ends).toEqual(['complete']);
});

type Step = 'event' | 'cut' | 'outage' | 'late' | 'silence' | 'restart';

test('however connections are lost, what is heard is the log', () => {
  const steps = fc.array(
    fc.constantFrom<Step>('event', 'event', 'event', 'cut', 'outage', 'late', 'silence', 'restart'),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(steps, (script) => {
      const { current, attempts, seen, ends, leave } = follow();
      let last = 0;
      /** What the server sends to whoever subscribes. */
      const serve = () => {
        const start = Number(current().after ?? 0);
        current().sink.next(ready(start));
        for (let seq = start + 1; seq <= last; seq += 1) current().sink.next(event(seq));
      };
      const reconnect = () => {
        const { length } = attempts;
        for (let n = 0; attempts.length === length && n < 10; n += 1) vi.advanceTimersByTime(10_000);
        serve();
      };
      serve();
      for (const step of script) {
        if (step === 'event') {
          last += 1;
          current().sink.next(event(last));
        }
        if (step === 'cut' || step === 'restart') {
          current().sink.error(close(step === 'cut' ? 1006 : 1001));
          last += 1;
          reconnect();
        }
        if (step === 'outage') {
          last += 1;
          current().sink.next({ errors: failedWith('UNAVAILABLE') as never });
          current().sink.complete();
          reconnect();
        }
        if (step === 'silence') {
          last += 1;
          vi.advanceTimersByTime(75_000);
          reconnect();
        }
        // What a connection that was given up still delivers.
        if (step === 'late') for (const { sink } of attempts.slice(0, -1)) sink.next(event(last + 100));
      }
      leave();
      expect(seen).toEqual(Array.from({ length: last }, (_, index) => index + 1));
      expect(ends).toEqual(['complete']);
    }),
    { numRuns: 300 },
  );
});
