import * as fault from './faults.ts';
import type { Needs } from './world.ts';

/** One thing that goes wrong while clients are at work. */
export type Scenario = Needs & { name: string; fault: fault.Fault };

type Kind = Omit<Scenario, 'backend'>;

/** What can happen whatever the queues and hints use. */
const common: readonly Kind[] = [
  { name: 'api-killed', fault: fault.killed(fault.anApi) },
  { name: 'api-frozen', fault: fault.frozen(fault.anApi, 15) },
  { name: 'worker-killed', fault: fault.killed(fault.aWorker) },
  { name: 'workers-killed', fault: fault.killed(fault.allWorkers) },
  { name: 'worker-frozen', fault: fault.frozen(fault.aWorker, 20) },
  { name: 'workers-restarted', fault: fault.restarted(fault.allWorkers) },
  { name: 'everything-killed', fault: fault.killed(fault.everything) },
  { name: 'postgres-crashed', fault: fault.postgresRestarted('immediate') },
  { name: 'postgres-down', fault: fault.postgresDown(30) },
  { name: 'read-only-standby', hasStandby: true, fault: fault.ledToStandby(15) },
  { name: 'failover', hasStandby: true, fault: fault.failedOver },
  { name: 'connections-exhausted', fault: fault.connectionsExhausted(10) },
  { name: 'backends-terminated', fault: fault.backendsTerminated(15) },
];

/** What the choice of queues and hints does not matter for. */
const onPostgres: readonly Kind[] = [
  { name: 'apis-restarted', fault: fault.restarted(fault.allApis) },
  { name: 'postgres-restarted', fault: fault.postgresRestarted('fast') },
  { name: 'network-cut', fault: fault.networkCut(5) },
  { name: 'network-slow', fault: fault.networkSlow(200, 20) },
  { name: 'mail-slow', fault: fault.mailHeld(6) },
  { name: 'pooler-restarted', hasPooler: true, fault: fault.poolerRestarted },
];

const onRedis: readonly Kind[] = [
  { name: 'redis-restarted', fault: fault.redisDown(0) },
  { name: 'redis-flushed', fault: fault.redisFlushed },
  { name: 'redis-down', fault: fault.redisDown(30) },
  { name: 'redis-frozen', fault: fault.redisFrozen(20) },
];

/** Every scenario, by the backend of its queues and hints. */
export const scenarios: readonly Scenario[] = [
  ...[...common, ...onPostgres].map((kind) => ({ ...kind, backend: 'postgres' as const })),
  ...[...common, ...onRedis].map((kind) => ({ ...kind, backend: 'redis' as const })),
];

/** How a scenario is named on the command line. */
export function labelOf({ name, backend }: Scenario): string {
  return `${name}@${backend}`;
}
