import { type DestinationStream, type Logger, pino } from 'pino';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { shortened } from '../shared/shortened.ts';

const credentialNames = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'masterKey',
  'tokenKey',
  'connectionParams',
];

/** The length of a text in the log, and the number of errors that an error has as causes. */
const maxTextLength = 4_000;
const maxCauses = 10;

/**
 * The process's logger: one JSON object per line. Fields that are named like credentials never reach it, and texts are
 * shortened, since they may be from outside.
 */
export function createLogger(config: Pick<Config, 'log'>, destination?: DestinationStream): Logger {
  const paths = credentialNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level: config.log.level, base: null, redact: { paths, censor: '[redacted]' } };
  const serializers = { err: (error: unknown) => describeError(error) };
  return pino({ ...options, serializers, formatters: { log: withShortTexts } }, destination);
}

function withShortTexts(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? shortText(value) : value]),
  );
}

function shortText(text: string): string {
  return shortened(text, maxTextLength);
}

/** Only the message, stack and code of an error: drivers attach whole connections to errors, including passwords. */
function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: shortText(String(error)) };
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  const causes = error instanceof AggregateError ? error.errors : cause === undefined ? [] : [cause];
  const told = depth < 4 ? causes.slice(0, maxCauses).map((behind) => describeError(behind, depth + 1)) : [];
  return {
    type: name,
    message: shortText(message),
    ...(code !== undefined && { code }),
    stack: shortText(stack ?? ''),
    ...(told.length > 0 && { causes: told }),
  };
}

/** The registry of the process, with the default metrics of the Node.js runtime. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
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
