import type { Acting } from '../records/acting.ts';
import { isEnd } from './state.ts';

/** Watches the tenant's log for ends of executions, from now on. */
export type EndWatch = Disposable & {
  /** Resolves when the execution has ended, or after `ms`. */
  of(executionId: string, ms: number): Promise<void>;
};

/** To be called before the execution is queued, so that a quick end is not missed. */
export async function awaitEnd({ app, viewer }: Pick<Acting, 'app' | 'viewer'>): Promise<EndWatch> {
  const ended = new Set<string>();
  let wake = () => {};
  const stop = await app.events.observe(viewer.tenantId, {
    onEvents: (events) => {
      for (const event of events) if (isEnd(event.type)) ended.add(event.objectId);
      wake();
    },
  });
  return {
    of: (id, ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          if (!ended.has(id)) return;
          clearTimeout(timer);
          resolve();
        };
        wake();
      }),
    [Symbol.dispose]: stop,
  };
}
