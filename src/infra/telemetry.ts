import { type DestinationStream, type Logger, pino } from 'pino';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import type { Config } from '../config/config.ts';

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

/** The process's logger: one JSON object per line. Fields that are named like credentials never reach it. */
export function createLogger(config: Pick<Config, 'log'>, destination?: DestinationStream): Logger {
  const paths = credentialNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level: config.log.level, base: null, redact: { paths, censor: '[redacted]' } }, destination);
}

/** A registry of the process's own, with the default metrics of the Node.js runtime. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What the domain counts. */
export type Counters = { events: Counter<'type'> };

export function createCounters(registry: Registry): Counters {
  const events = new Counter({
    name: 'errand_events_total',
    help: 'Events committed by this process, by type (task.created and so on).',
    labelNames: ['type'],
    registers: [registry],
  });
  return { events };
}
