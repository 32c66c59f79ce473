import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { resumingSubscription } from '../../web/resume/graphql-ws.ts';
import { pick } from '../support/random.ts';

type Change = { cursor: string; task: { id: string; version: number } };
type Data = { taskChanged: { __typename: string } & Partial<Change> };

/** A client that follows the tasks. */
export type TaskFollower = {
  readonly seen: readonly Change[];
  readonly isReady: boolean;
  readonly reconnects: number;
  /** Resolves with the next change. */
  next(): Promise<Change>;
  leave(): void;
};

type FollowOptions = {
  /** The servers that live, of which one is chosen for each connection. */
  urls: ReadonlySet<string>;
  token: string;
  random: () => number;
  /** Whether the client loses its sockets all the time. */
  isRestless: boolean;
};

const query = `subscription ($after: String) {
  taskChanged(after: $after) { __typename ... on StreamPayload { cursor } ... on TaskChanged { task { id version } } }
}`;

/** Follows from now on with the project's own client helper. Anything but changes and quiet fails it. */
export function followTasks({ urls, token, random, isRestless }: FollowOptions): TaskFollower {
  const seen: Change[] = [];
  const waiting: ((change: Change) => void)[] = [];
  const state = { isReady: false, reconnects: 0 };
  const client = createClient({
    url: () => `${pick([...urls], random).replace('http', 'ws')}/graphql`,
    webSocketImpl: isRestless ? cutAfter(() => 5 + Math.floor(random() * 60)) : WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazyCloseTimeout: 0,
  });
  const leave = resumingSubscription<Data>(
    client,
    { query },
    {
      next: ({ data }) => {
        const item = data?.taskChanged;
        state.isReady = true;
        if (item?.task && item.cursor) deliver({ cursor: item.cursor, task: item.task });
      },
      error: (reason) => {
        throw new Error(`The subscription ended: ${JSON.stringify(reason)}`);
      },
    },
    {
      firstWaitMs: 5,
      maxWaitMs: 50,
      onResync: () => {
        throw new Error('The cursor could not be resumed.');
      },
      onReconnect: () => {
        state.reconnects += 1;
      },
    },
  );

  function deliver(change: Change): void {
    seen.push(change);
    waiting.shift()?.(change);
  }

  return {
    seen,
    get isReady() {
      return state.isReady;
    },
    get reconnects() {
      return state.reconnects;
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    leave: () => {
      leave();
      // It rejects when it interrupts an attempt to connect.
      Promise.resolve(client.dispose()).catch(() => {});
    },
  };
}

/** A WebSocket that breaks off, without a word, after some messages. */
function cutAfter(messages: () => number) {
  return class CutWebSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      let left = messages();
      this.on('message', () => {
        left -= 1;
        if (left === 0) this.terminate();
      });
    }
  };
}
