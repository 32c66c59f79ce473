import type { ExecutionApp } from './append-events.ts';

/** Most executions are over by then, and cost no look at the log. */
const beginsAfterMs = 250;

/**
 * Calls back when the log tells that cancellation was asked for; `onBegin` when it begins to look, since what came
 * before is not seen. A renewal of the lease tells the same, only later.
 */
export function watchCancellation(
  app: ExecutionApp,
  execution: { id: string; tenantId: string },
  { onBegin, onCancel }: { onBegin: () => void; onCancel: () => void },
): Disposable {
  let isOver = false;
  let stop = () => {};
  const begin = async () => {
    const end = await app.events.observe(execution.tenantId, {
      onEvents: (events) => {
        const isAsked = events.some(
          ({ type, objectId }) => type === 'execution.cancelRequested' && objectId === execution.id,
        );
        if (isAsked) onCancel();
      },
    });
    if (isOver) return end();
    stop = end;
    onBegin();
  };
  const timer = setTimeout(() => {
    begin().catch((error: unknown) => app.log.warn({ err: error }, 'A cancellation will be detected late.'));
  }, beginsAfterMs);
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      clearTimeout(timer);
      stop();
    },
  };
}
