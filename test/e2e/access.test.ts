import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { callApi } from '../support/api.ts';
import type { Caller } from '../support/person.ts';
import { createProcesses, type Processes, type Running } from '../support/processes.ts';
import { until } from '../support/until.ts';

const query = 'subscription { taskChanged { __typename } }';

let processes: Processes;
let here: Running;
let there: Running;
let owner: Caller;
beforeAll(async () => {
  processes = await createProcesses();
  [here, there] = await Promise.all([processes.start('api'), processes.start('api')]);
  owner = await processes.person('OWNER');
});
afterAll(() => processes[Symbol.asyncDispose]());

/** What the server said last, and how the connection ended. */
type Ending = { code?: number; errors: unknown[]; isComplete?: boolean };
type Live = { ended: Promise<Ending>; leave(): void };

/** Subscribes over a WebSocket and waits for READY. */
async function overWebSocket({ url }: Running, { token }: Caller): Promise<Live> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const errors: unknown[] = [];
  let isReady = false;
  const ended = new Promise<Ending>((resolve) => {
    client.on('closed', (event) => {
      resolve({ code: (event as { code: number }).code, errors });
    });
  });
  const leave = client.subscribe(
    { query },
    {
      next: (result) => {
        isReady = true;
        errors.push(...(result.errors ?? []));
      },
      error: () => {},
      complete: () => {},
    },
  );
  await until(() => isReady, { what: 'READY over the WebSocket' });
  return { ended, leave };
}

/** Subscribes by server-sent events and waits for READY. */
async function overSse({ url }: Running, { token }: Caller): Promise<Live> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  let text = '';
  const read = async (): Promise<Ending> => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
    const results = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data as string));
    const errors = results.flatMap((result) => result.errors ?? []);
    return { errors, isComplete: text.endsWith('event: complete\ndata:\n\n') };
  };
  const ended = read();
  await until(() => text.includes('StreamReady'), { what: 'READY by server-sent events' });
  return { ended, leave: () => leaving.abort() };
}

async function mutate(mutation: string, { token }: Caller = owner): Promise<void> {
  const { errors } = await callApi(here.url, token, `mutation { ${mutation} { changeId } }`);
  expect(errors).toBeUndefined();
}

const endings = [
  { what: 'the token is revoked', end: (one: Caller) => mutate(`revokeToken(id: "${one.tokenId}")`, one), code: 4401 },
  {
    what: 'the role is changed',
    end: (one: Caller) => mutate(`changeRole(userId: "${one.userId}", role: VIEWER)`),
    code: 4403,
  },
  { what: 'the member is removed', end: (one: Caller) => mutate(`removeMember(userId: "${one.userId}")`), code: 4403 },
] as const;
const errorCodes = { 4401: 'UNAUTHENTICATED', 4403: 'FORBIDDEN' };

describe.each(['the process that learns it first', 'another process'])('on %s', (where) => {
  const place = () => (where === 'another process' ? there : here);

  test.each(endings)('a WebSocket is closed with $code when $what', async ({ end, code }) => {
    const member = await processes.person('MEMBER');
    const { ended } = await overWebSocket(place(), member);
    await end(member);
    const ending = await ended;
    expect(ending.code).toBe(code);
  });

  test.each(endings)('a stream of events ends with its error and complete when $what', async ({ end, code }) => {
    const member = await processes.person('MEMBER');
    const { ended } = await overSse(place(), member);
    await end(member);
    const ending = await ended;
    expect(ending.errors).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: errorCodes[code] }) }),
    ]);
    expect(ending.isComplete).toBe(true);
  });
});

describe('plain requests', () => {
  const outcome = async ({ url }: Running, { token }: Caller) => {
    const { data, errors } = await callApi(url, token, '{ me { role } }');
    const first = errors?.[0] as { extensions: { code: string } } | undefined;
    return first?.extensions.code ?? (data as { me: { role: string } }).me.role;
  };
  const outcomes = { 4401: 'UNAUTHENTICATED', 4403: 'VIEWER' };
  const expected = ({ what, code }: (typeof endings)[number]) =>
    what === 'the member is removed' ? 'UNAUTHENTICATED' : outcomes[code];

  test.each(endings)(
    'have another outcome at once where it happens, and soon elsewhere, when $what',
    async (ending) => {
      const member = await processes.person('MEMBER');
      expect([await outcome(here, member), await outcome(there, member)]).toEqual(['MEMBER', 'MEMBER']);
      await ending.end(member);
      expect(await outcome(here, member)).toBe(expected(ending));
      await until(async () => (await outcome(there, member)) === expected(ending));
    },
  );
});

test('both end when the token expires, and not before', async () => {
  const expiresAt = new Date(Date.now() + 4_000);
  const member = await processes.person('MEMBER', { expiresAt });
  const [socket, stream] = await Promise.all([overWebSocket(here, member), overSse(there, member)]);
  const endings = await Promise.all([socket.ended, stream.ended]);
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime() - 50);
  expect(endings[0]).toMatchObject({ code: 4401 });
  expect(endings[1]).toMatchObject({ isComplete: true, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('what ended for one leaves others alone', async () => {
  const [leaver, stayer] = [await processes.person('MEMBER'), await processes.person('MEMBER')];
  const lives = await Promise.all([overWebSocket(there, stayer), overSse(there, stayer)]);
  const theirs = await overWebSocket(there, leaver);
  await mutate(`removeMember(userId: "${leaver.userId}")`);
  await theirs.ended;
  const outcome = await Promise.race([...lives.map(({ ended }) => ended), alive(there, stayer)]);
  expect(outcome).toBe('alive');
  for (const { leave, ended } of lives) {
    leave();
    await ended.catch(() => {});
  }
});

/** Answers once the process has served a call that came after what happened. */
async function alive({ url }: Running, { token }: Caller): Promise<string> {
  const { data } = await callApi(url, token, '{ me { role } }');
  return data ? 'alive' : 'locked out';
}
