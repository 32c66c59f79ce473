import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../harness/child.ts';
import { inTurn } from '../harness/compare.ts';
import { openWorldBeside, type World } from '../harness/world.ts';
import type { BareImport } from '../processes/bare-import.ts';
import type { Row } from '../row.ts';
import { startWhole } from './executions-server.ts';

const endedWithinMs = 120_000;

/** A whole Errand on a database of its own, and what imports a file of that many rows through it. */
async function openImports(world: World) {
  const own = await openWorldBeside(world, 'bench_import');
  const errand = await startWhole(own);
  return {
    world: own,
    pid: errand.pid,
    importRows: (count: number) => importRows(errand.url, own, count),
    [Symbol.asyncDispose]: async () => {
      await errand[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

export const importRate: Row = {
  name: 'import-rate',
  measures: 'rows per second of an import of 20,000 rows, from its start over HTTP to SUCCEEDED',
  goal: { atLeast: 1_000 },
  async run(world) {
    await using imports = await openImports(world);
    await imports.importRows(2_000);
    return { kind: 'value', value: await imports.importRows(20_000), unit: 'rows/s' };
  },
};

export const importAgainstInsert: Row = {
  name: 'import',
  measures: 'rows per second of an import, against a bare multi-row INSERT of the same tasks and their events',
  goal: { atLeast: 0.3 },
  async run(world) {
    await using imports = await openImports(world);
    const { databaseUrl, seeded } = imports.world;
    await using bare = await startChild<BareImport, number>('bare-import.js', {
      env: { DATABASE_URL: databaseUrl, TENANT_ID: seeded.tenantId, USER_ID: seeded.userId },
    });
    const count = 4_000;
    const errand = async () => ({ calls: count, perSecond: await imports.importRows(count) });
    const insertBare = async () => ({ calls: count, perSecond: (count * 1_000) / (await bare.ask(count)) });
    await errand();
    await insertBare();
    return await inTurn(world, { pid: imports.pid, turn: errand }, { pid: bare.pid, turn: insertBare });
  },
};

/** @returns rows per second. */
async function importRows(url: string, { seeded }: World, count: number): Promise<number> {
  const headers = { authorization: `Bearer ${seeded.token}`, 'content-type': 'application/json' };
  const ask = async <R>(query: string, variables = {}): Promise<R> => {
    const body = JSON.stringify({ query, variables });
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    const { data, errors } = (await answer.json()) as { data: R; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  const startedAt = performance.now();
  type Started = { startImport: { transfer: { id: string; contentPath: string } } };
  const { transfer } = (await ask<Started>(start)).startImport;
  const content = Array.from({ length: count }, (_, n) => `Row number ${n}\n`).join('');
  await fetch(url + transfer.contentPath, { method: 'PUT', headers, body: `title\n${content}` });
  for (const until = Date.now() + endedWithinMs; ; await delay(20)) {
    const { status, done } = (await ask<{ transfer: { status: string; done: number } }>(watch, transfer)).transfer;
    if (status === 'SUCCEEDED' && done === count) break;
    if (status === 'FAILED' || Date.now() > until) throw new Error(`The import is ${status} at row ${done}.`);
  }
  return (count * 1_000) / (performance.now() - startedAt);
}

const start = 'mutation { startImport(input: { format: CSV }) { transfer { id contentPath } } }';
const watch = 'query ($id: ID!) { transfer(id: $id) { status done } }';
