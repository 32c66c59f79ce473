import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The metrics of the server. */
export type ServerMetrics = {
  requests: Counter<'type' | 'code'>;
  duration: Histogram<'type'>;
  sockets: Gauge;
  subscriptions: Gauge;
  refusedConnections: Counter<'limit'>;
};

const known = new WeakMap<Registry, ServerMetrics>();

/** The metrics of the server in this registry. A restarted server continues the counts. */
export function serverMetrics(registry: Registry): ServerMetrics {
  const metrics = known.get(registry) ?? register([registry]);
  known.set(registry, metrics);
  return metrics;
}

function register(registers: Registry[]): ServerMetrics {
  return {
    requests: new Counter({
      name: 'errand_requests_total',
      help: 'Completed GraphQL operations, by type of operation and error code (OK if there was no error).',
      labelNames: ['type', 'code'],
      registers,
    }),
    duration: new Histogram({
      name: 'errand_request_duration_seconds',
      help: 'Duration of queries and mutations, in seconds.',
      labelNames: ['type'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    sockets: new Gauge({ name: 'errand_sockets', help: 'Number of open WebSockets.', registers }),
    subscriptions: new Gauge({
      name: 'errand_subscriptions',
      help: 'Number of live subscriptions over WebSocket and SSE.',
      registers,
    }),
    refusedConnections: new Counter({
      name: 'errand_refused_connections_total',
      help: 'Connections that were closed because there were too many, in the process or from one IP address.',
      labelNames: ['limit'],
      registers,
    }),
  };
}
