import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { migrate, pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { startServer } from '../../../src/server/server.ts';
import { newId } from '../../../src/shared/ids.ts';
import { createPostgresServer, type PostgresServer } from '../../chaos/postgres-server.ts';
import { isHinting } from '../../support/hinting.ts';
import { type Network, openNetwork } from '../../support/network.ts';
import { testConfig } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { createServerSchema } from '../server/schema.ts';

let primary: PostgresServer;
let standby: PostgresServer;
/** An address that is led to one server and then to another. */
let network: Network;
beforeAll(async () => {
  primary = await createPostgresServer();
  await primary.ask('CREATE DATABASE errand');
  await migrate({ url: primary.url(), directUrl: primary.url(), poolSize: 2 });
  standby = await primary.standby();
  network = await openNetwork(primary.port);
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
  await standby[Symbol.asyncDispose]();
  await primary[Symbol.asyncDispose]();
});

/** The address of a database with servers at these ports, in this order. */
function urlOf(...ports: number[]): string {
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
  return primary.url().replace(`127.0.0.1:${primary.port}`, hosts);
}

const write = async ({ db }: App) => {
  const id = newId();
  await db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [id, 'Acme']);
  return id;
};
const isWriting = (app: App) => () =>
  write(app).then(
    () => true,
    () => false,
  );
const isNumbering = (app: App) => () => app.sequencer.isHolder;

test('of several servers the one that accepts writes is used, wherever it stands', async () => {
  for (const ports of [
    [primary.port, standby.port],
    [standby.port, primary.port],
    [1, standby.port, primary.port],
  ]) {
    await using app = createApp(testConfig(urlOf(...ports)));
    await write(app);
    await until(isNumbering(app));
    expect(await app.queues.countOpen('reminders')).toBe(0);
  }
});

test('an address that leads to a standby for a while: nothing is answered from it, readiness says why, and all recovers', async () => {
  await using app = createApp(testConfig(urlOf(network.port)));
  const server = await startServer(app, { schema: createServerSchema().schema, watchAccess, pendingMigrations });
  const readiness = async () => {
    const answer = await fetch(`${server.url}/readyz`);
    return { ...((await answer.json()) as { database: string }), httpStatus: answer.status };
  };
  await write(app);
  await until(isNumbering(app));
  await using other = createApp(testConfig(urlOf(primary.port)));
  await until(async () => (await readiness()).database === 'ok');

  network.leadTo(standby.port);
  await until(async () => (await readiness()).database === 'read-only');
  expect(await readiness()).toMatchObject({ httpStatus: 503, database: 'read-only', schema: 'unknown' });
  await expect(app.db.query('SELECT 1')).rejects.toMatchObject({ code: '25006' });
  const asked = await fetch(`${server.url}/graphql?query={hello}`, { headers: { authorization: 'Bearer errand_x' } });
  expect([asked.status, await asked.json()]).toMatchObject([
    503,
    { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
  ]);
  await until(isNumbering(other));

  network.leadTo(primary.port);
  await until(isWriting(app), { what: 'a write' });
  await until(async () => (await readiness()).httpStatus === 200, { what: 'readiness' });
  await until(() => isHinting(other, app), { what: 'a hint' });
  await until(async () => (await app.queues.countOpen('reminders')) === 0, { what: 'the queue' });
  await server[Symbol.asyncDispose]();
});

test('a server that becomes read-only ends the connections that it has, also one in the middle of a transaction', async () => {
  await using app = createApp(testConfig(urlOf(primary.port)));
  await write(app);
  const client = await app.db.connect();
  await client.query('BEGIN');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await primary.ask('ALTER SYSTEM SET default_transaction_read_only = on');
  await primary.ask('SELECT pg_reload_conf()');
  await client.query('SET TRANSACTION READ ONLY');
  await expect(client.query('DELETE FROM search_backlog')).rejects.toMatchObject({ code: '25006' });
  await ended;
  client.release(true);
  expect(await isWriting(app)()).toBe(false);

  await primary.ask('ALTER SYSTEM RESET default_transaction_read_only');
  await primary.ask('SELECT pg_reload_conf()');
  await until(isWriting(app), { what: 'a write' });
});

test('when the primary is gone and the standby is promoted, everything goes on there', async () => {
  await using app = createApp(testConfig(urlOf(primary.port, standby.port)));
  await using other = createApp(testConfig(urlOf(primary.port, standby.port)));
  await write(app);
  await primary.stop('immediate');
  await standby.ask('SELECT pg_promote()');
  await until(isWriting(app), { what: 'a write' });
  await until(() => app.sequencer.isHolder || other.sequencer.isHolder, { what: 'a sequencer' });
  await until(() => isHinting(other, app), { what: 'a hint' });
});
