import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { CreateTaskDocument } from '../../support/operations.ts';
import { clients } from './resume-clients.ts';
import { type Board, createBoard, type Followed, numbered } from './resume-fixture.ts';

let board: Board;
afterEach(() => board[Symbol.asyncDispose]());

/** It has ended, and opens no more connections. */
async function staysEnded(live: Followed, reason: unknown): Promise<void> {
  await expect.poll(() => live.ended).toEqual(reason);
  const { connections } = live;
  await delay(500);
  expect(live.connections).toBe(connections);
  expect(live.ended).toEqual(reason);
}

describe.each(clients)('a subscription of %s', (name, subscribe) => {
  test.each([
    ['the adapter reconnects', 0],
    ['the client reconnects by itself', 1_000],
  ])('tells that its token was revoked, after one more attempt: %s', async (_who, retryAttempts) => {
    board = await createBoard({});
    const live = board.follow(subscribe, { retryAttempts });
    await expect.poll(() => live.kinds).toContain('StreamReady');
    await board.alice.run('mutation ($id: ID!) { revokeToken(id: $id) { changeId } }', { id: board.token.id });
    await staysEnded(live, 4401);
    expect(live.connections).toBe(2);
  });

  test('continues with a newer token, each time the one it had ends', async () => {
    board = await createBoard({});
    let token = board.token;
    const live = board.follow(subscribe, { authorize: () => token.text });
    await expect.poll(() => live.kinds).toContain('StreamReady');
    for (const [index, name] of ['first', 'second'].entries()) {
      const ended = token;
      token = await board.createToken(board.alice);
      await board.alice.run('mutation ($id: ID!) { revokeToken(id: $id) { changeId } }', { id: ended.id });
      await board.createTasks(1, name);
      await expect.poll(() => live.titles.slice(index)).toEqual([`${name} 1`]);
    }
    live.leave();
    await live.client.dispose();
  });

  test('a token that is unknown from the start is tried once', async () => {
    board = await createBoard({});
    const live = board.follow(subscribe, { authorize: () => 'errand_unknown' });
    await staysEnded(live, 4401);
    expect(live.connections).toBe(1);
  });

  test('continues with the rights of a new role, and ends with the membership', async () => {
    board = await createBoard({});
    const bob = await board.tenant.person('bob');
    const { text } = await board.createToken(bob);
    const live = board.follow(subscribe, { authorize: () => text, retryAttempts: 1_000 });
    await expect.poll(() => live.kinds).toContain('StreamReady');
    const { me } = await bob.run<{ me: { user: { id: string } } }, never>('{ me { user { id } } }');
    await board.alice.run('mutation ($id: ID!) { changeRole(userId: $id, role: VIEWER) { changeId } }', {
      id: me.user.id,
    });
    await expect.poll(() => live.connections).toBe(2);
    await expect.poll(() => live.kinds.filter((kind) => kind === 'StreamReady')).toHaveLength(2);
    await board.alice.run('mutation ($id: ID!) { removeMember(userId: $id) { changeId } }', { id: me.user.id });
    await staysEnded(live, 4401);
  });

  test('waits for a connection when the token has too many, and gives up when it gets none', async () => {
    board = await createBoard({ limits: { streamsPerMember: 1 } });
    const holder = board.follow(subscribe);
    await expect.poll(() => holder.kinds).toContain('StreamReady');
    const refused = board.follow(subscribe, { firstWaitMs: 5, maxWaitMs: 10 });
    await staysEnded(refused, 4429);
    expect(refused.connections).toBeLessThan(15);

    const waiting = board.follow(subscribe, { firstWaitMs: 100, maxWaitMs: 500 });
    await expect.poll(() => waiting.reconnects).toBeGreaterThan(1);
    holder.leave();
    await expect.poll(() => waiting.kinds).toContain('StreamReady');
    waiting.leave();
    await waiting.client.dispose();
  });

  test('ends with the error of its operation', async () => {
    board = await createBoard({});
    const live = board.follow(subscribe, { variables: { after: 'no cursor' } });
    await staysEnded(live, 'INVALID_INPUT');
    expect(live.reconnects).toBe(0);
  });

  test('is not started again when the server completes it', async () => {
    board = await createBoard({});
    const bob = await board.tenant.person('bob');
    const { me } = await bob.run<{ me: { user: { id: string } } }, never>('{ me { user { id } } }');
    const { createTask } = await board.alice.run(CreateTaskDocument, {
      input: { title: 'shared', assigneeId: me.user.id },
    });
    const { text } = await board.createToken(bob);
    const live = board.follow(subscribe, {
      authorize: () => text,
      query: `subscription ($task: ID!, $after: String) {
        commentChanged(taskId: $task, after: $after) { __typename }
      }`,
      variables: { task: createTask.task.id },
    });
    await expect.poll(() => live.kinds).toContain('StreamReady');
    const closed = new Promise((resolve) => live.client.on('closed', resolve));
    await board.alice.run('mutation ($id: ID!) { updateTask(input: { id: $id, assigneeId: null }) { changeId } }', {
      id: createTask.task.id,
    });
    await expect.poll(() => live.kinds).toEqual(['StreamReady', 'TaskLeft']);
    await closed;
    await staysEnded(live, 'complete');
    expect(live.connections).toBe(1);
  });

  test.each([
    ['without a place for the cursor', 'subscription { taskChanged { __typename } }', '$after'],
    [
      'without its type',
      'subscription ($after: String) { taskChanged(after: $after) { ... on TaskChanged { kind } } }',
      '__typename',
    ],
  ])('an operation that could lose events is refused: %s', async (_what, query, missing) => {
    board = await createBoard({});
    const live = board.follow(subscribe, { query });
    if (missing === '__typename' && name === 'Apollo Client') {
      // It adds __typename by itself.
      await expect.poll(() => live.kinds).toContain('StreamReady');
      live.leave();
      await live.client.dispose();
      return;
    }
    await expect.poll(() => String(live.ended)).toContain(missing);
    expect(live.connections).toBe(0);
  });
});

/** How many subscriptions the server runs, by its own metric. */
async function subscriptions({ shop }: Board): Promise<number | undefined> {
  return (await shop.app.metrics.getSingleMetric('errand_subscriptions')?.get())?.values[0]?.value;
}

describe.each(clients)('%s, when it reads too slowly', (_name, subscribe) => {
  test('is closed with 4411 and continues behind what it had', async () => {
    board = await createBoard({ times: { stallMs: 1_000 } });
    const notes = 'n'.repeat(19_000);
    // 170 KB for each event, so that no buffer of the network holds them all.
    const aliases = 'abcdefghi'.replace(/./g, '$&: notes ');
    const codes: number[] = [];
    const live = board.follow(subscribe, {
      query: `subscription ($after: String) {
        taskChanged(after: $after) { __typename ... on TaskChanged { task { title ${aliases} } } }
      }`,
    });
    live.client.on('closed', (event) => codes.push((event as { code: number }).code));
    await expect.poll(() => live.kinds).toContain('StreamReady');
    const thaw = board.proxy.freeze();
    for (let n = 1; n <= 100; n += 1)
      await board.alice.run(CreateTaskDocument, { input: { title: `big ${n}`, notes } });
    await expect.poll(() => subscriptions(board)).toBe(0);
    thaw();
    await expect.poll(() => live.titles.length).toBe(100);
    expect(live.titles).toEqual(numbered(100, 'big'));
    expect(codes).toContain(4411);
    live.leave();
    await live.client.dispose();
  });
});

test('what the reader throws ends its subscription, and no other one', async () => {
  board = await createBoard({});
  const subscribe = clients[0]?.[1];
  if (!subscribe) throw new Error('There is no client.');
  const live = board.follow(subscribe, {
    onTask: (title) => {
      if (title === 'task 2') throw new Error('cannot show it');
    },
  });
  const other = board.follow(subscribe);
  await expect.poll(() => [...live.kinds, ...other.kinds]).toEqual(['StreamReady', 'StreamReady']);
  await board.createTasks(3, 'task');
  await expect.poll(() => other.titles).toEqual(numbered(3, 'task'));
  expect(String(live.ended)).toContain('cannot show it');
  other.leave();
  await other.client.dispose();
});
