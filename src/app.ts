import type { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { RunConfig } from './config/config.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Clock } from './shared/clock.ts';

/** Every resource of a process, made once and disposed of together. */
export type App = AsyncDisposable & {
  config: RunConfig;
  clock: Clock;
  log: Logger;
  /** Writes and hot reads, as prepared SQL. */
  db: pg.Pool;
  /** Ordinary reads. */
  prisma: PrismaClient;
  /** Keys the hashes of access tokens. */
  tokenKey: Buffer;
  metrics: Registry;
};
