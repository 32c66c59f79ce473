import type { App } from '../../app.ts';
import { enqueueAll } from '../../queues/enqueue.ts';
import type { ExecutionApp } from './append-events.ts';
import { findRunnable, type Runnable, requeueLost } from './requeue-lost.ts';

/**
 * Tells the queue of an execution that can be taken up. Its row says so already, and the next scan would too: so a
 * queue that cannot be reached is reported, and no failure.
 */
export async function dispatch(app: Pick<App, 'queues' | 'log'>, runnable: readonly Runnable[]): Promise<void> {
  try {
    for (const priority of new Set(runnable.map((execution) => execution.priority))) {
      const group = runnable.filter((execution) => execution.priority === priority);
      const words = group.map(({ id, version }) => ({ id, version }));
      await enqueueAll(app.queues, 'execution.run', words, { priority });
    }
  } catch (error) {
    app.log.warn({ err: error }, 'An execution could not be enqueued. The next scan tries again.');
  }
}

/** Finds what a crash, a dead worker or a lost job left behind, and whose wait is over; and has all of it taken up. */
export async function scanExecutions(app: ExecutionApp, requestId: string): Promise<void> {
  const lost = await requeueLost(app, requestId);
  const found = await findRunnable(app);
  await dispatch(app, [...lost, ...found]);
}
