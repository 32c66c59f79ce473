import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { resumingSubscription } from '../../web/resume/graphql-ws.ts';
import { pick } from './random.ts';

export type FollowedChange = { cursor: string; task: { id: string; version: number }; atMs: number };
type Data = { taskChanged: { __typename: string } & Partial<FollowedChange> };

/** A client that follows the tasks. */
export type TaskFollower = {
  readonly seen: readonly FollowedChange[];
  readonly isReady: boolean;
  readonly reconnects: number;
  /** Resolves with the next change. */
  next(): Promise<FollowedChange>;
  leave(): void;
};

type FollowOptions = {
  /** The servers that live, of which one is chosen for each connection. */
  urls: ReadonlySet<string>;
  token: string;
  random: () => number;
  /** Whether the client loses its sockets all the time. */
  isRestless?: boolean;
  /** Called when the subscription ended, or could not be resumed; without it that fails the test. */
  onFault?(fault: string): void;
};

const query = `subscription ($after: String) {
  taskChanged(after: $after) { __typename ... on StreamPayload { cursor } ... on TaskChanged { task { id version } } }
}`;

/** Follows from now on with the project's own client helper. Anything but changes and quiet fails it. */
export function followTasks({ urls, token, random, isRestless = false, onFault = fail }: FollowOptions): TaskFollower {
  const seen: FollowedChange[] = [];
  const waiting: ((change: FollowedChange) => void)[] = [];
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
        if (item?.task && item.cursor) deliver({ cursor: item.cursor, task: item.task, atMs: Date.now() });
      },
      error: (reason) => onFault(`The subscription ended: ${JSON.stringify(reason)}`),
    },
    {
      firstWaitMs: 5,
      maxWaitMs: 50,
      onResync: () => onFault('The cursor could not be resumed.'),
      onReconnect: () => {
        state.reconnects += 1;
      },
    },
  );

  function deliver(change: FollowedChange): void {
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

function fail(fault: string): never {
  throw new Error(fault);
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
