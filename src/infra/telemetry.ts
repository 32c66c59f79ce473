import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** How often the delay of the event loop is measured. Ten milliseconds, the default, are half of the CPU time at rest. */
const loopCheckMs = 50;

/** The registry of the process, with the default metrics of the Node.js runtime. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopCheckMs });
  return registry;
}

/** The metrics of the work of this process. */
export type Counters = {
  events: Counter<'type'>;
  /** Jobs that were run, by job and outcome. */
  jobs: Counter<'job' | 'outcome'>;
  jobSeconds: Histogram<'job'>;
  /** Work that scans found, by kind of work. */
  dueWork: Counter<'work'>;
  /** Attempts under a lease, by kind of work and by how they ended. */
  attempts: Counter<'work' | 'outcome'>;
};

export function createCounters(registry: Registry): Counters {
  const registers = [registry];
  return {
    events: new Counter({
      name: 'errand_events_total',
      help: 'Number of events committed by this process, by type, such as task.created.',
      labelNames: ['type'],
      registers,
    }),
    jobs: new Counter({
      name: 'errand_jobs_total',
      help: 'Number of jobs run by this process, by job and outcome: completed, failed or refused.',
      labelNames: ['job', 'outcome'],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'errand_job_duration_seconds',
      help: 'Duration of a job, in seconds.',
      labelNames: ['job'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    }),
    dueWork: new Counter({
      name: 'errand_due_work_total',
      help: 'Due or lost work that the scans of this process found, by kind of work (reminder, transfer and so on).',
      labelNames: ['work'],
      registers,
    }),
    attempts: new Counter({
      name: 'errand_attempts_total',
      help: 'Attempts of claimed work in this process, by how they ended: done, retry, dead, lost, released or fault.',
      labelNames: ['work', 'outcome'],
      registers,
    }),
  };
}
