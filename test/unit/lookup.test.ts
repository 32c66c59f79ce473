import { expect, test } from 'vitest';
import { lookUpInTurns } from '../../src/infra/http/lookup.ts';

const found = [{ address: '192.0.2.1', family: 4 }];
const options = {};
const never = () => new AbortController().signal;

function held() {
  let resolve = (_: typeof found) => {};
  const promise = new Promise<typeof found>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

test('slow name servers of one tenant hold one thread, and delay nobody else', async () => {
  const asked: string[] = [];
  const slow = held();
  const lookUp = lookUpInTurns((host) => {
    asked.push(host);
    return host.startsWith('slow') ? slow.promise : Promise.resolve(found);
  });
  const flood = Array.from({ length: 50 }, (_, n) => lookUp(`slow${n}`, { options, tenantId: 'a', signal: never() }));
  expect(await lookUp('quick', { options, tenantId: 'b', signal: never() })).toBe(found);
  expect(asked).toEqual(['slow0', 'quick']);
  slow.resolve(found);
  await Promise.all(flood);
});

test('a lookup that is given up keeps its turn until its thread is free', async () => {
  const asked: string[] = [];
  const slow = held();
  const lookUp = lookUpInTurns((host) => {
    asked.push(host);
    return slow.promise;
  });
  const gone = new AbortController();
  const first = lookUp('first', { options, tenantId: 'a', signal: gone.signal });
  const second = lookUp('second', { options, tenantId: 'a', signal: gone.signal });
  await Promise.resolve();
  gone.abort(new Error('gone'));
  const third = lookUp('third', { options, tenantId: 'a', signal: never() });
  await expect(second).rejects.toThrow('gone');
  expect(asked).toEqual(['first']);
  slow.resolve(found);
  expect(await Promise.all([first, third])).toEqual([found, found]);
  expect(asked).toEqual(['first', 'third']);
});
