import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from '../../support/api.ts';
import { expectCostBelow } from '../../support/attack.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import type { Caller } from '../../support/person.ts';

let measured: MeasuredServer;
let viewer: Caller;
beforeAll(async () => {
  measured = await openMeasuredServer();
  viewer = await measured.person('VIEWER');
});
afterAll(() => measured[Symbol.asyncDispose]());

test('an ordinary list costs the server little', async () => {
  const list = () => callApi(measured.url, viewer.token, '{ tasks(first: 5) { edges { node { id title } } } }');
  await list();
  const result = await expectCostBelow(measured, { cpuMs: 500, longestSliceMs: 20 }, list);
  expect(result.errors).toBeUndefined();
});

test('the probe sees a slice that is long', async () => {
  // Parsing a body of nearly a megabyte is one slice, and takes longer than answering an empty one.
  const send = (size: number) => () =>
    callApi(measured.url, viewer.token, '{ __typename }', {
      unused: '"'.repeat(size),
    });
  await send(1)();
  const small = await measured.measure(send(1));
  const large = await measured.measure(send(450_000));
  expect(large.longestSliceMs).toBeGreaterThan(small.longestSliceMs);
  expect(large.cpuMs).toBeGreaterThan(small.cpuMs);
});
