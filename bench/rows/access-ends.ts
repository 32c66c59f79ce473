import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Server, startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import type { World } from '../harness/world.ts';
import type { Outcome, Row } from '../row.ts';

const times = 20;
const create = 'mutation { createToken(input: { name: "bench" }) { token accessToken { id } } }';
const revoke = 'mutation ($id: ID!) { revokeToken(id: $id) { changeId } }';

export const accessEnds: Row = {
  name: 'access-ends',
  measures: `a token revoked on one process to its WebSocket closed by another, the longest of ${times}`,
  goal: { below: 1_000 },
  run: (world) =>
    longestEnd(world, async ({ there, token, revokeIt }) => {
      const closed = once(await subscribe(there.url, token), 'close');
      await revokeIt();
      return () => closed;
    }),
};

/** Each request says `me`, and the next is sent when it is answered. */
export const requestsEnd: Row = {
  name: 'access-ends-requests',
  measures: `a token revoked on one process to its requests refused by another, the longest of ${times}`,
  goal: { below: 1_000 },
  run: (world) =>
    longestEnd(world, async ({ there, token, revokeIt }) => {
      const { url, request } = graphqlTarget(there.url, world, '{ me { role } }');
      const headers = { ...request.headers, authorization: `Bearer ${token}` };
      const isServed = async () => (await fetch(url, { ...request, headers })).ok;
      if (!(await isServed())) throw new Error('A new token is refused.');
      await revokeIt();
      return async () => {
        while (await isServed());
      };
    }),
};

/** A token of a process, which is used on another one. */
type Used = { there: Server; token: string; revokeIt(): Promise<unknown> };

/** `use` uses the token, revokes it, and returns what waits for the end of its access. @returns the longest wait. */
async function longestEnd(world: World, use: (used: Used) => Promise<() => Promise<unknown>>): Promise<Outcome> {
  await using here = await startErrand(world);
  await using there = await startErrand(world);
  const delays: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const { createToken } = await ask<{ createToken: Made }>(here.url, world, create);
    const revokeIt = () => ask(here.url, world, revoke, { id: createToken.accessToken.id });
    const end = await use({ there, token: createToken.token, revokeIt });
    const revokedAt = performance.now();
    await end();
    delays.push(performance.now() - revokedAt);
  }
  return { kind: 'value', value: Math.max(...delays), unit: 'ms' };
}

type Made = { token: string; accessToken: { id: string } };

/** @throws when the answer has errors */
async function ask<D>(url: string, world: World, query: string, variables = {}): Promise<D> {
  const target = graphqlTarget(url, world, query, variables);
  const { data, errors } = (await (await fetch(target.url, target.request)).json()) as { data: D; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Resolves when the subscription stands. */
async function subscribe(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const query = 'subscription { taskChanged { __typename } }';
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  await once(socket, 'message');
  return socket;
}
