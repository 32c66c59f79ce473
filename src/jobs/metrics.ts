import { Counter, Histogram, type Registry } from 'prom-client';
import type { JobName } from '../queues/contract.ts';

/** How a run of a job ended. REFUSED: unknown, or with a payload that is not its own. */
export type JobOutcome = 'completed' | 'failed' | 'refused';

/** What is measured of jobs in one process. */
export type JobMetrics = {
  ended: (job: JobName | 'unknown', outcome: JobOutcome, seconds: number) => void;
};

export function createJobMetrics(registry: Registry): JobMetrics {
  const total = new Counter({
    name: 'errand_jobs_total',
    help: 'Runs of jobs in this process, by job and by how they ended.',
    labelNames: ['job', 'outcome'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'errand_job_duration_seconds',
    help: 'How long a run of a job took.',
    labelNames: ['job'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  return {
    ended: (job, outcome, seconds) => {
      total.inc({ job, outcome });
      duration.observe({ job }, seconds);
    },
  };
}
