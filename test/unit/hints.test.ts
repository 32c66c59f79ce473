import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Hint, HintBus } from '../../src/events/hints.ts';

const tick = () => new Promise(setImmediate);

async function openBus() {
  const sent: Hint[] = [];
  const transport = {
    publish: async (text: string) => void sent.push((JSON.parse(text) as { hint: Hint }).hint),
    check: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  const bus = new HintBus(
    () => transport,
    (error) => expect.fail(String(error)),
  );
  return { bus, sent };
}

test('the first hint goes to other processes at once, and those that come within five milliseconds are merged', async () => {
  const { bus, sent } = await openBus();
  bus.numbered(['first']);
  await tick();
  expect(sent).toEqual([{ topic: 'numbered', tenantIds: ['first'] }]);
  const startedAt = performance.now();
  const tenantIds = Array.from({ length: 60 }, (_, n) => `tenant ${n}`);
  for (const id of tenantIds) {
    bus.numbered([id]);
    // Long enough for the one before to be sent.
    await delay(1);
  }
  await bus[Symbol.asyncDispose]();
  // A slow machine takes longer for the same hints, and may send more of them.
  expect(sent.length).toBeLessThanOrEqual(3 + (performance.now() - startedAt) / 5);
  const named = sent.flatMap((hint) => ('tenantIds' in hint ? hint.tenantIds : []));
  expect(new Set(named)).toEqual(new Set(['first', ...tenantIds]));
});

test('this process gets every hint at once', async () => {
  const { bus } = await openBus();
  const heard: Hint[] = [];
  bus.listen((hint) => heard.push(hint) < 0);
  for (let n = 0; n < 10; n += 1) bus.numbered([`tenant ${n}`]);
  expect(heard).toHaveLength(10);
  await bus[Symbol.asyncDispose]();
});
