import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { deriveKey } from './auth/derive-key.ts';
import { deriveTokenKey } from './auth/tokens.ts';
import type { RunConfig } from './config/config.ts';
import { ProjectAudiences } from './domain/projects/audiences.ts';
import { EventLog } from './events/event-log.ts';
import { HintBus } from './events/hints.ts';
import { postgresHints } from './events/hints-postgres.ts';
import { redisHints } from './events/hints-redis.ts';
import { Sequencer } from './events/sequencer.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { createEgress, type Egress } from './infra/http/egress.ts';
import { createLogger } from './infra/log/logger.ts';
import { createMailer } from './infra/mail/create-mailer.ts';
import type { Mailer } from './infra/mail/mailer.ts';
import { createPool } from './infra/postgres/client.ts';
import { createPrisma } from './infra/postgres/prisma.ts';
import { TenantConnections } from './infra/postgres/tenant-connections.ts';
import { type Counters, createCounters, createMetrics } from './infra/telemetry.ts';
import { logQueueErrors } from './queues/backend.ts';
import { Queues } from './queues/queues.ts';
import { type Clock, systemClock } from './shared/clock.ts';

/** Every resource of a process, created once and disposed of together. */
export type App = AsyncDisposable & {
  config: RunConfig;
  clock: Clock;
  log: Logger;
  metrics: Registry;
  counters: Counters;
  /** The process's own access to the database, as prepared SQL. */
  db: pg.Pool;
  /** The same through Prisma. */
  prisma: PrismaClient;
  /** Access on behalf of tenants, who take connections in turns. */
  tenants: TenantConnections;
  /** The key of the hashes of access tokens and calendar secrets, and of the codes of invitations. */
  tokenKey: Buffer;
  /** Makes the secrets of webhooks. */
  webhookKey: Buffer;
  /** Signs the links that turn off reminder e-mails. */
  unsubscribeKey: Buffer;
  /** Encrypts the credentials in plans. */
  credentialsKey: Buffer;
  /** Keys the hashes of plans. */
  planHashKey: Buffer;
  /** Notifies readers in this and other processes of new events. */
  hints: HintBus;
  /** Reads the log. */
  events: EventLog;
  /** Tells subscriptions who can see which project. */
  audiences: ProjectAudiences;
  sequencer: Sequencer;
  /** Adds jobs to queues. Workers are started by src/jobs/runner.ts. */
  queues: Queues;
  mailer: Mailer;
  /** The addresses that requests on behalf of users may reach. */
  egress: Egress;
};

/** Creates the resources of a process; nothing is listening yet. They are disposed of in reverse order. */
export function createApp(config: RunConfig, { clock = systemClock }: { clock?: Clock } = {}): App {
  const log = createLogger(config);
  const metrics = createMetrics();
  const onError = (error: unknown) =>
    log.warn({ err: error }, 'The event log could not be read or written. It is retried.');
  const db = createPool(config.database, { name: 'errand' });
  const transport = config.redis
    ? redisHints(config.redis.url, onError)
    : postgresHints(db, config.database.directUrl, onError);
  const hints = new HintBus(transport, onError);
  const prisma = createPrisma(db);
  const tenants = new TenantConnections(db, { prisma, poolSize: config.database.poolSize });
  const events = new EventLog({ db, tenants, hints, onError });
  const sequencer = new Sequencer({ directUrl: config.database.directUrl, hints, onError });
  const queues = new Queues(config, logQueueErrors(log));
  const mailer = createMailer(config);
  return {
    config,
    clock,
    log,
    metrics,
    counters: createCounters(metrics),
    db,
    prisma,
    tenants,
    tokenKey: deriveTokenKey(config.masterKey),
    webhookKey: deriveKey(config.masterKey, 'errand webhook secrets'),
    unsubscribeKey: deriveKey(config.masterKey, 'errand unsubscribe links'),
    credentialsKey: deriveKey(config.masterKey, 'errand credentials in plans'),
    planHashKey: deriveKey(config.masterKey, 'errand hashes of plans'),
    hints,
    events,
    audiences: new ProjectAudiences({ db, events }),
    sequencer,
    queues,
    mailer,
    egress: createEgress(config.egressAllow),
    [Symbol.asyncDispose]: async () => {
      await queues[Symbol.asyncDispose]();
      await mailer[Symbol.asyncDispose]();
      await sequencer[Symbol.asyncDispose]();
      await events[Symbol.asyncDispose]();
      await hints[Symbol.asyncDispose]();
      await prisma.$disconnect();
      await db.end();
    },
  };
}
