import type { DueWork } from '../work/work.ts';
import { expireExecutions, hasExpired } from './expire-executions.ts';
import { isReady } from './next-executions.ts';
import { hasLost, requeueLost } from './requeue-lost.ts';
import { hasDueWait, wakeWaiting } from './wake-waiting.ts';

/**
 * Finds what nobody has told the workers: executions whose worker was lost, whose wait is over, or which are ready since a
 * hint was lost or no worker had a slot. And ends what was not started in time.
 */
export const executionWork: DueWork = {
  name: 'execution.scan',
  isDue: () =>
    [hasExpired, hasLost, hasDueWait, `EXISTS (SELECT FROM execution WHERE ${isReady('execution')})`].join(' OR '),
  run: async ({ app, requestId }) => {
    await expireExecutions(app, requestId);
    const [lost, awake] = [await requeueLost(app, requestId), await wakeWaiting(app)];
    app.counters.dueWork.inc({ work: 'execution' }, lost + awake);
    app.hints.ready('all');
  },
};
