import { describe, expect, test } from 'vitest';
import type { LoggedEvent } from '../../src/events/contract.ts';
import type { LogPage } from '../../src/events/log.ts';
import { Tail } from '../../src/events/tail.ts';
import { Waiter } from '../../src/events/waiter.ts';

/** A log in memory that counts how often it is read. */
function memoryLog() {
  const log = { seqs: [] as bigint[], lastSeq: 0n, reads: 0, epoch: 'one', erasedAt: 0n, maxBytes: 1e9, text: '' };
  const read = async (after: bigint, limit: number): Promise<LogPage> => {
    log.reads += 1;
    const found = log.seqs.filter((seq) => seq > after).slice(0, limit);
    const isFull = found.length === limit;
    return {
      epoch: log.epoch,
      events: found.map(
        (seq) =>
          ({
            seq,
            type: seq === log.erasedAt ? 'erasure.finished' : 'task.created',
            after: { notes: log.text },
          }) as LoggedEvent,
      ),
      through: isFull ? (found.at(-1) as bigint) : log.lastSeq,
    };
  };
  const append = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      log.lastSeq += 1n;
      log.seqs.push(log.lastSeq);
    }
  };
  const source = { read, maxBytes: () => log.maxBytes, turn: async () => {} };
  return { log, read, append, tail: new Tail(source, { epoch: 'one', lastSeq: 0n }) };
}

const seqs = (events: readonly LoggedEvent[] | null) => events?.map((event) => Number(event.seq));

describe('the tail of a log', () => {
  test('gives what came after a place, from memory', async () => {
    const { tail, append, log } = memoryLog();
    append(4);
    await tail.extend();
    expect(seqs(tail.after(2n))).toEqual([3, 4]);
    expect(seqs(tail.after(4n))).toEqual([]);
    expect(log.reads).toBe(1);
  });

  test('joins the calls that come during a read into one more', async () => {
    const { tail, append, log } = memoryLog();
    append(1);
    const calls = [tail.extend(), tail.extend(), tail.extend()];
    await Promise.all(calls);
    expect(log.reads).toBe(2);
  });

  test('reads all pages of a burst, and forgets what is too long ago', async () => {
    const { tail, append } = memoryLog();
    append(5_000);
    await tail.extend();
    expect(tail.to).toBe(5_000n);
    expect(tail.after(2_999n)).toBeNull();
    expect(seqs(tail.after(3_000n))?.at(0)).toBe(3_001);
  });

  test('forgets the earliest events when all together are too large', async () => {
    const { tail, append, log } = memoryLog();
    Object.assign(log, { maxBytes: 1_000_000, text: 'x'.repeat(99_000) });
    append(3);
    await tail.extend();
    expect(seqs(tail.after(0n))).toEqual([1, 2, 3]);
    append(4);
    await tail.extend();
    expect([tail.after(1n), seqs(tail.after(2n))]).toEqual([null, [3, 4, 5, 6, 7]]);
    log.text = 'x'.repeat(2_000_000);
    append(1);
    await tail.extend();
    expect([tail.to, tail.after(7n), seqs(tail.after(8n))]).toEqual([8n, null, []]);
  });

  test('forgets what came before the end of an erasure', async () => {
    const { tail, append, log } = memoryLog();
    append(3);
    await tail.extend();
    log.erasedAt = 5n;
    append(3);
    await tail.extend();
    expect(tail.after(3n)).toBeNull();
    expect(seqs(tail.after(4n))).toEqual([5, 6]);
  });

  test('moves on over events of other tenants', async () => {
    const { tail, log } = memoryLog();
    log.lastSeq = 7n;
    await tail.extend();
    expect(tail.to).toBe(7n);
    expect(tail.after(7n)).toEqual([]);
  });

  test('starts anew when the database was restored', async () => {
    const { tail, append, log } = memoryLog();
    append(3);
    await tail.extend();
    log.epoch = 'two';
    let restarts = 0;
    tail.observe({ onEvents: () => {}, onRestart: () => (restarts += 1) });
    await tail.extend();
    expect(restarts).toBe(1);
    expect(tail.epoch).toBe('two');
    expect(tail.after(2n)).toBeNull();
  });

  const all = () => true;

  test('wakes who waits when it grows, and when they leave', async () => {
    const { tail, append } = memoryLog();
    const leaving = new AbortController();
    using stays = new Waiter({ isWanted: all, signal: new AbortController().signal, checkpointMs: 60_000 });
    using leaves = new Waiter({ isWanted: all, signal: leaving.signal, checkpointMs: 60_000 });
    const grown = tail.wanted(stays);
    const left = tail.wanted(leaves);
    leaving.abort();
    await left;
    append(1);
    await tail.extend();
    expect(await grown).toBe(0n);
    expect(tail.to).toBe(1n);
  });

  test('does not wake who waits for what they do not want, and says how far that was', async () => {
    const { tail, append } = memoryLog();
    const isWanted = ({ seq }: LoggedEvent) => seq === 5n;
    let isAwake = false;
    using waiter = new Waiter({ isWanted, signal: new AbortController().signal, checkpointMs: 60_000 });
    const waiting = tail.wanted(waiter).finally(() => {
      isAwake = true;
    });
    append(3);
    await tail.extend();
    await new Promise(setImmediate);
    expect(isAwake).toBe(false);
    append(2);
    await tail.extend();
    expect(await waiting).toBe(3n);
    expect(seqs(tail.after(3n))).toEqual([4, 5]);
  });

  test('tells its observers of later events while subscribers are still being woken', async () => {
    const { read, append, log } = memoryLog();
    let goOn = () => {};
    const turn = () =>
      new Promise<void>((resolve) => {
        goOn = resolve;
      });
    const tail = new Tail({ read, maxBytes: () => log.maxBytes, turn }, { epoch: 'one', lastSeq: 0n });
    const seen: number[] = [];
    tail.observe({ onEvents: (events) => seen.push(...(seqs(events) ?? [])) });
    const waiters = Array.from({ length: 60 }, () => {
      const { signal } = new AbortController();
      return new Waiter({ isWanted: all, signal, checkpointMs: 60_000 });
    });
    let awake = 0;
    const woken = waiters.map(async (waiter) => {
      const passed = await tail.wanted(waiter);
      awake += 1;
      return passed;
    });
    append(1);
    await tail.extend();
    append(1);
    await tail.extend();
    expect(seen).toEqual([1, 2]);
    await new Promise(setImmediate);
    expect(awake).toBe(50);
    goOn();
    expect(new Set(await Promise.all(woken))).toEqual(new Set([0n]));
    for (const waiter of waiters) waiter[Symbol.dispose]();
  });
});
