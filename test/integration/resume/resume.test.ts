import { afterEach, describe, expect, test } from 'vitest';
import { clients } from './resume-clients.ts';
import { type Board, createBoard, numbered } from './resume-fixture.ts';

let board: Board;
afterEach(() => board[Symbol.asyncDispose]());

describe.each(clients)('a subscription of %s', (_name, subscribe) => {
  test.each([
    ['the adapter reconnects', 0],
    ['the client reconnects by itself', 1_000],
  ])('misses nothing and gets nothing twice over connections cut in mid-stream: %s', async (_who, retryAttempts) => {
    // Now and then in the middle of a message.
    board = await createBoard({ bytesUntilCut: () => 1_000 + Math.floor(Math.random() * 4_000) });
    const live = board.follow(subscribe, { retryAttempts });
    await expect.poll(() => live.kinds).toContain('StreamReady');
    await board.createTasks(60, 'task');
    await expect.poll(() => live.titles.length).toBe(60);
    expect(live.titles).toEqual(numbered(60, 'task'));
    expect(board.proxy.cuts()).toBeGreaterThan(2);
    live.leave();
    await live.client.dispose();
  });

  test('continues after each of six cuts, with what happened meanwhile', async () => {
    board = await createBoard({});
    const live = board.follow(subscribe);
    await expect.poll(() => live.kinds).toContain('StreamReady');
    const expected: string[] = [];
    for (let cut = 1; cut <= 6; cut += 1) {
      board.proxy.cut();
      await board.createTasks(3, `cut ${cut}, task`);
      expected.push(...numbered(3, `cut ${cut}, task`));
      await expect.poll(() => live.titles).toEqual(expected);
    }
    expect(live.ended).toBeNull();
    live.leave();
    await live.client.dispose();
  });

  test('continues when the server comes back', async () => {
    board = await createBoard({});
    const live = board.follow(subscribe);
    await expect.poll(() => live.kinds).toContain('StreamReady');
    for (const name of ['first', 'second']) {
      const reconnects = live.reconnects;
      await board.stop();
      await board.createTasks(3, name);
      await expect.poll(() => live.reconnects).toBeGreaterThan(reconnects + 2);
      await board.start();
      await expect.poll(() => live.titles.slice(-3)).toEqual(numbered(3, name));
    }
    expect(live.titles).toHaveLength(6);
    live.leave();
    await live.client.dispose();
  });

  test('says so when its cursor is older than what is kept, and continues with the next event', async () => {
    board = await createBoard({});
    const live = board.follow(subscribe);
    await expect.poll(() => live.kinds).toContain('StreamReady');
    await board.createTasks(1, 'seen');
    await expect.poll(() => live.titles).toEqual(['seen 1']);
    await board.stop();
    await board.createTasks(2, 'pruned');
    await expect
      .poll(async () => (await board.shop.app.db.query('SELECT 1 FROM event WHERE seq IS NULL')).rowCount)
      .toBe(0);
    await board.shop.app.db.query('UPDATE event_stream SET "oldestSeq" = "lastSeq"');
    await board.start();
    await expect.poll(() => live.resyncs).toBe(1);
    expect(live.kinds.at(-1)).toBe('StreamResync');
    await board.createTasks(1, 'later');
    await expect.poll(() => live.titles).toEqual(['seen 1', 'later 1']);
    board.proxy.cut();
    await board.createTasks(1, 'last');
    await expect.poll(() => live.titles).toEqual(['seen 1', 'later 1', 'last 1']);
    expect(live.resyncs).toBe(1);
    live.leave();
    await live.client.dispose();
  });

  test('starts behind the cursor that it is given', async () => {
    board = await createBoard({});
    const { eventCursor } = await board.alice.run<{ eventCursor: string }, never>('{ eventCursor }');
    await board.createTasks(3, 'before');
    const live = board.follow(subscribe, { variables: { after: eventCursor } });
    await expect.poll(() => live.titles).toEqual(numbered(3, 'before'));
    board.proxy.cut();
    await board.createTasks(1, 'after');
    await expect.poll(() => live.titles).toEqual([...numbered(3, 'before'), 'after 1']);
    live.leave();
    await live.client.dispose();
  });

  test('gives up a connection that falls silent without being lost', async () => {
    board = await createBoard({});
    const live = board.follow(subscribe, { silentMs: 500 });
    await expect.poll(() => live.kinds).toContain('StreamReady');
    board.proxy.freeze();
    await board.createTasks(2, 'unheard');
    await expect.poll(() => live.titles).toEqual(numbered(2, 'unheard'));
    live.leave();
    await live.client.dispose();
  });
});
