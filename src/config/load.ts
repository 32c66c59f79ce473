import { resolve } from 'node:path';
import { combinationFaults } from './combinations.ts';
import type { Config, DatabaseConfig, JwtConfig } from './config.ts';
import { type Environment, readEnvironment } from './read-environment.ts';
import { StartFault } from './start-fault.ts';
import type { Values } from './variables.ts';

/**
 * The configuration that the environment describes, frozen. Nothing else in Errand reads process.env.
 * @throws StartFault with every fault at once.
 */
export function loadConfig(env: Environment = process.env): Config {
  const { values, faults } = readEnvironment(env);
  const all = [...faults, ...combinationFaults(values, (name) => Boolean(env[name]?.trim()))];
  if (all.length > 0) throw new StartFault(all);
  return deepFreeze(toConfig(values as Values));
}

function toConfig(values: Values): Config {
  const database = toDatabase(values);
  return {
    mode: database ? 'external' : 'embedded',
    home: resolve(values.ERRAND_HOME),
    http: {
      host: values.HOST ?? (database ? '0.0.0.0' : '127.0.0.1'),
      port: values.PORT,
      publicUrl: values.ERRAND_PUBLIC_URL,
      allowedHosts: values.ERRAND_ALLOWED_HOSTS ?? (database ? [] : localNames(values)),
      corsOrigins: values.ERRAND_CORS_ORIGINS,
      metrics: toMetrics(values),
      trustedProxies: values.ERRAND_TRUSTED_PROXIES,
    },
    poolSize: values.ERRAND_POOL_SIZE,
    database,
    redis: values.REDIS_URL === null ? null : { url: values.REDIS_URL },
    mail: { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM },
    masterKey: values.ERRAND_MASTER_KEY,
    jwt: toJwt(values),
    executions: toExecutions(values),
    egressAllow: values.ERRAND_HTTP_ALLOW ?? (database ? [] : ownMachine),
    limits: toLimits(values),
    trustedDocuments: toTrustedDocuments(values),
    log: { level: values.LOG_LEVEL ?? (database ? 'info' : 'warn') },
    retention: toRetention(values),
  };
}

function toDatabase(values: Values): DatabaseConfig | null {
  const url = values.DATABASE_URL;
  return url === null ? null : { url, directUrl: values.DIRECT_DATABASE_URL ?? url, poolSize: values.ERRAND_POOL_SIZE };
}

/** On a developer's machine, a page that uses DNS rebinding must not get a response. */
function localNames({ ERRAND_PUBLIC_URL: publicUrl }: Values): string[] {
  return ['localhost', '127.0.0.1', '[::1]', ...(publicUrl ? [new URL(publicUrl).host] : [])];
}

/** Open where only this machine reaches the server. A proxy on this machine reaches it for others. */
function toMetrics({ ERRAND_METRICS_TOKEN: token, ...values }: Values): Config['http']['metrics'] {
  if (token !== null) return { token };
  const isLocal = values.DATABASE_URL === null && values.ERRAND_PUBLIC_URL === null && isLoopback(values.HOST);
  return isLocal ? 'OPEN' : 'CLOSED';
}

function isLoopback(host: string | null): boolean {
  return host === null || host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function toJwt(values: Values): JwtConfig | null {
  const { ERRAND_JWT_SECRET: secret, ERRAND_JWT_JWKS_URL: jwksUrl } = values;
  const key = secret ? { secret } : jwksUrl ? { jwksUrl } : null;
  return (
    key && {
      key,
      issuer: values.ERRAND_JWT_ISSUER ?? '',
      audience: values.ERRAND_JWT_AUDIENCE ?? '',
      algorithms: values.ERRAND_JWT_ALGORITHMS ?? (secret ? ['HS256'] : ['RS256', 'ES256']),
      emailVerified: values.ERRAND_JWT_EMAIL_VERIFIED,
      tenantClaim: values.ERRAND_JWT_TENANT_CLAIM,
      provisionRole: values.ERRAND_JWT_PROVISION_ROLE,
    }
  );
}

/** In embedded mode, Errand may call services on the same machine. */
const ownMachine = ['localhost', '127.0.0.0/8', '::1'];

function toExecutions(values: Values): Config['executions'] {
  return {
    leaseMs: values.ERRAND_RUN_LEASE_MS,
    renewMs: values.ERRAND_RUN_RENEW_MS,
    abandonMs: values.ERRAND_RUN_ABANDON_MS,
    retryBaseMs: 2_000,
    graceMs: 2_000,
  };
}

function toLimits(values: Values): Config['limits'] {
  return {
    requestsPerMinute: values.ERRAND_LIMIT_REQUESTS_PER_MINUTE,
    pointsPerMinute: values.ERRAND_LIMIT_POINTS_PER_MINUTE,
    tenantPointsPerMinute: values.ERRAND_LIMIT_TENANT_POINTS_PER_MINUTE,
    bodyBytes: values.ERRAND_LIMIT_BODY_BYTES,
    bodyValues: values.ERRAND_LIMIT_BODY_VALUES,
    importBytes: values.ERRAND_LIMIT_IMPORT_BYTES,
    importRows: values.ERRAND_LIMIT_IMPORT_ROWS,
    queryBytes: values.ERRAND_LIMIT_QUERY_BYTES,
    queryTokens: values.ERRAND_LIMIT_QUERY_TOKENS,
    queryDepth: values.ERRAND_LIMIT_QUERY_DEPTH,
    queryAliases: values.ERRAND_LIMIT_QUERY_ALIASES,
    queryCost: values.ERRAND_LIMIT_QUERY_COST,
    readMs: values.ERRAND_LIMIT_READ_MS,
    tokensPerUser: values.ERRAND_LIMIT_TOKENS_PER_USER,
    queuedExecutions: values.ERRAND_LIMIT_QUEUED_EXECUTIONS,
    connections: values.ERRAND_LIMIT_CONNECTIONS,
    connectionsPerAddress: values.ERRAND_LIMIT_CONNECTIONS_PER_ADDRESS,
    streamsPerMember: values.ERRAND_LIMIT_STREAMS_PER_MEMBER,
    streamsPerTenant: values.ERRAND_LIMIT_STREAMS_PER_TENANT,
    subscriptionCostPerMember: values.ERRAND_LIMIT_SUBSCRIPTION_COST_PER_MEMBER,
    subscriptionCostPerTenant: values.ERRAND_LIMIT_SUBSCRIPTION_COST_PER_TENANT,
    subscriptionsPerSocket: values.ERRAND_LIMIT_SUBSCRIPTIONS_PER_SOCKET,
  };
}

function toTrustedDocuments(values: Values): Config['trustedDocuments'] {
  const { ERRAND_TRUSTED_DOCUMENTS: mode, ERRAND_TRUSTED_DOCUMENTS_FILE: file } = values;
  return mode === null || file === null ? null : { mode, file: resolve(file) };
}

function toRetention(values: Values): Config['retention'] {
  return {
    streamDays: values.ERRAND_STREAM_DAYS,
    logDays: values.ERRAND_LOG_DAYS,
    trashDays: values.ERRAND_TRASH_DAYS,
    executionDays: values.ERRAND_EXECUTION_DAYS,
    reminderDays: values.ERRAND_REMINDER_DAYS,
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (inner !== null && typeof inner === 'object' && !Buffer.isBuffer(inner)) deepFreeze(inner);
  }
  return Object.freeze(value);
}
