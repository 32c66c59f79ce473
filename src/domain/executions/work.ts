import type { Work } from '../work/work.ts';
import { expireExecutions, hasExpired } from './expire-executions.ts';
import { executionJob, findRunnable, hasRunnable, jobOfExecution, requeueLost } from './requeue-lost.ts';
import { runExecution } from './run-execution.ts';

/** Runs executions, from where they stand until they end, wait, or must be given back. */
export const executionWork: Work = {
  name: 'execution',
  jobs: [executionJob],
  isDue: (config) => `${hasRunnable(config)} OR ${hasExpired}`,
  findDue: async ({ app, requestId }) => {
    await expireExecutions(app, requestId);
    const lost = await requeueLost(app, requestId);
    return [...lost, ...(await findRunnable(app))].map(jobOfExecution);
  },
  attempt: ({ app, requestId, signal }, due) => runExecution(app, { ...due, requestId, signal }),
};
