import type { z } from 'zod';
import { databaseUrl } from './database-url.ts';
import {
  destinations,
  httpUrl,
  key32,
  list,
  mailbox,
  networks,
  oneOf,
  origin,
  origins,
  text,
  url,
  wholeNumber,
} from './readers.ts';

/** One environment variable. `fallback` is read when it is unset or empty; null leaves the feature out. */
export type Variable = {
  about: string;
  schema: z.ZodType<unknown, string>;
  fallback: string | null;
  /** The default that --help shows if it is not a constant. */
  shown?: string;
};

/** Every variable Errand reads. `npm start -- --help` prints this table. */
export const variables = {
  PORT: { about: 'Port of the HTTP server; 0 selects a free port', schema: wholeNumber(0, 65_535), fallback: '4000' },
  HOST: {
    about: 'Address to listen on',
    schema: text,
    fallback: null,
    shown: '127.0.0.1; with DATABASE_URL 0.0.0.0',
  },
  ERRAND_HOME: {
    about: 'Folder for the files of Errand: embedded database, generated secrets, outbox',
    schema: text,
    fallback: '.errand',
  },
  DATABASE_URL: {
    about:
      'URL of a PostgreSQL 15 or newer, with TLS by sslmode and several servers as in psql; if unset, Errand runs its own PostgreSQL 18',
    schema: databaseUrl,
    fallback: null,
  },
  DIRECT_DATABASE_URL: {
    about: 'URL of the same database without the transaction pooler that DATABASE_URL uses',
    schema: databaseUrl,
    fallback: null,
    shown: 'DATABASE_URL',
  },
  REDIS_URL: {
    about: 'Redis for queues and notifications; if unset, PostgreSQL is used for both',
    schema: url(['redis', 'rediss']),
    fallback: null,
  },
  ERRAND_MASTER_KEY: {
    about: '32 random bytes in base64, from which all keys are derived; required with DATABASE_URL',
    schema: key32,
    fallback: null,
    shown: 'generated in ERRAND_HOME; none with DATABASE_URL',
  },
  SMTP_URL: {
    about: 'Mail server, such as smtps://user:password@host; if unset, e-mails are written to ERRAND_HOME/outbox',
    schema: url(['smtp', 'smtps']),
    fallback: null,
  },
  MAIL_FROM: { about: 'Sender of e-mails', schema: mailbox, fallback: 'Errand <errand@localhost>' },
  ERRAND_POOL_SIZE: {
    about: 'Number of database connections of each process',
    schema: wholeNumber(2, 1_000),
    fallback: '10',
  },
  ERRAND_PUBLIC_URL: {
    about: 'URL at which clients reach the server, such as https://errand.example',
    schema: origin,
    fallback: null,
    shown: 'http://HOST:PORT',
  },
  ERRAND_ALLOWED_HOSTS: {
    about: 'Host names that are accepted in requests, separated by commas',
    schema: list,
    fallback: null,
    shown: 'localhost, 127.0.0.1, [::1]; with DATABASE_URL any',
  },
  ERRAND_CORS_ORIGINS: {
    about: 'Origins of web pages that are allowed to call the API, separated by commas',
    schema: origins,
    fallback: '',
    shown: 'none',
  },
  ERRAND_TRUSTED_PROXIES: {
    about:
      'Networks and IP addresses of reverse proxies, separated by commas; X-Forwarded-For and Forwarded are read only from these',
    schema: networks,
    fallback: '',
    shown: 'none',
  },
  ERRAND_JWT_SECRET: {
    about: 'Secret of accepted JWTs (32 characters or more)',
    schema: text.min(32, 'must have 32 characters or more'),
    fallback: null,
  },
  ERRAND_JWT_JWKS_URL: {
    about: 'URL of the key set (JWKS) of accepted JWTs',
    schema: httpUrl,
    fallback: null,
  },
  ERRAND_JWT_ISSUER: { about: 'The claim iss that JWTs must have', schema: text, fallback: null },
  ERRAND_JWT_AUDIENCE: { about: 'The claim aud that JWTs must have', schema: text, fallback: null },
  ERRAND_JWT_ALGORITHMS: {
    about: 'Signature algorithms of JWTs, separated by commas',
    schema: list,
    fallback: null,
    shown: 'HS256; with a JWKS RS256, ES256',
  },
  ERRAND_JWT_EMAIL_VERIFIED: {
    about:
      'required: the claim email_verified of JWTs must be true; if-sent: JWTs without the claim are accepted, for issuers that verify every address and do not send it',
    schema: oneOf(['required', 'if-sent']),
    fallback: 'required',
  },
  ERRAND_JWT_TENANT_CLAIM: {
    about: 'The claim of JWTs that has the id of the tenant',
    schema: text,
    fallback: 'tenant',
  },
  ERRAND_JWT_PROVISION_ROLE: {
    about: 'Role of new users who authenticate with a JWT; if unset, unknown users are refused',
    schema: oneOf(['ADMIN', 'OPERATOR', 'MEMBER', 'VIEWER']),
    fallback: null,
  },
  ERRAND_METRICS_TOKEN: {
    about: 'Bearer token (32 characters or more) that is required to read /metrics',
    schema: text.min(32, 'must have 32 characters or more'),
    fallback: null,
    shown:
      'none: /metrics is closed, but open without DATABASE_URL on the loopback interface if ERRAND_PUBLIC_URL is unset',
  },
  ERRAND_HTTP_ALLOW: {
    about:
      'Private networks, IP addresses and host names that http steps and webhooks are allowed to reach, separated by commas',
    schema: destinations,
    fallback: null,
    shown: 'localhost, 127.0.0.0/8, ::1; with DATABASE_URL none',
  },
  ERRAND_RUN_LEASE_MS: {
    about: 'Milliseconds after which another worker takes over an execution whose lease was not renewed',
    schema: wholeNumber(300, 600_000),
    fallback: '15000',
  },
  ERRAND_RUN_RENEW_MS: {
    about: 'Milliseconds between two renewals of a lease by a worker',
    schema: wholeNumber(100, 600_000),
    fallback: '5000',
  },
  ERRAND_RUN_ABANDON_MS: {
    about: 'Milliseconds without a successful renewal after which a worker stops the execution',
    schema: wholeNumber(200, 600_000),
    fallback: '10000',
  },
  ERRAND_LIMIT_REQUESTS_PER_MINUTE: {
    about: 'Maximum number of requests per minute for each member, with all their tokens together',
    schema: wholeNumber(1, 10_000_000),
    fallback: '1200',
  },
  ERRAND_LIMIT_POINTS_PER_MINUTE: {
    about:
      'Maximum number of points (cost of operations, 10 for each request, 1 for each kB) per minute for each member',
    schema: wholeNumber(1, 1_000_000_000),
    fallback: '200000',
  },
  ERRAND_LIMIT_TENANT_POINTS_PER_MINUTE: {
    about: 'Maximum number of points per minute for all members of a tenant together',
    schema: wholeNumber(1, 1_000_000_000),
    fallback: '1000000',
  },
  ERRAND_LIMIT_BODY_BYTES: {
    about: 'Maximum size of a request, in bytes',
    schema: wholeNumber(1_000, 100_000_000),
    fallback: '1000000',
  },
  ERRAND_LIMIT_BODY_VALUES: {
    about: 'Maximum number of values in the JSON of a request',
    schema: wholeNumber(1_000, 10_000_000),
    fallback: '10000',
  },
  ERRAND_LIMIT_IMPORT_BYTES: {
    about: 'Maximum size of an imported file, in bytes',
    schema: wholeNumber(1_000, 1_000_000_000),
    fallback: '50000000',
  },
  ERRAND_LIMIT_IMPORT_ROWS: {
    about: 'Maximum number of rows of an imported file',
    schema: wholeNumber(1, 100_000_000),
    fallback: '500000',
  },
  ERRAND_LIMIT_QUERY_BYTES: {
    about: 'Maximum size of a document that is not a trusted document, in bytes',
    schema: wholeNumber(1_000, 10_000_000),
    fallback: '32000',
  },
  ERRAND_LIMIT_QUERY_TOKENS: {
    about: 'Maximum number of tokens in a document',
    schema: wholeNumber(10, 100_000),
    fallback: '2000',
  },
  ERRAND_LIMIT_QUERY_DEPTH: {
    about: 'Maximum number of levels of nested fields of an operation',
    schema: wholeNumber(1, 100),
    fallback: '12',
  },
  ERRAND_LIMIT_QUERY_ALIASES: {
    about: 'Maximum number of aliases of an operation',
    schema: wholeNumber(0, 10_000),
    fallback: '30',
  },
  ERRAND_LIMIT_QUERY_COST: {
    about: 'Maximum cost of an operation, about one point for each object that it can return',
    schema: wholeNumber(1, 100_000_000),
    fallback: '10000',
  },
  ERRAND_LIMIT_READ_MS: {
    about: 'Time limit, in milliseconds, for lists whose filter or order no index supports',
    schema: wholeNumber(10, 600_000),
    fallback: '5000',
  },
  ERRAND_LIMIT_TOKENS_PER_USER: {
    about: 'Maximum number of access tokens of a user in a tenant; expired and revoked ones do not count',
    schema: wholeNumber(1, 10_000),
    fallback: '50',
  },
  ERRAND_LIMIT_QUEUED_EXECUTIONS: {
    about: 'Maximum number of executions of a tenant that wait for a worker',
    schema: wholeNumber(100, 10_000_000),
    fallback: '20000',
  },
  ERRAND_LIMIT_CONNECTIONS: {
    about: 'Maximum number of connections to a process',
    schema: wholeNumber(10, 1_000_000),
    fallback: '15000',
  },
  ERRAND_LIMIT_CONNECTIONS_PER_ADDRESS: {
    about:
      'Maximum number of connections from one network (an IPv4 address, or 64 bits of an IPv6 address) to a process; trusted proxies have no limit',
    schema: wholeNumber(1, 1_000_000),
    fallback: '2000',
  },
  ERRAND_LIMIT_STREAMS_PER_MEMBER: {
    about:
      'Maximum number of WebSockets, SSE streams, calendar feeds and file transfers at the same time for each member and process',
    schema: wholeNumber(1, 1_000_000),
    fallback: '50',
  },
  ERRAND_LIMIT_STREAMS_PER_TENANT: {
    about:
      'Maximum number of WebSockets, SSE streams, calendar feeds and file transfers at the same time for each tenant and process',
    schema: wholeNumber(1, 1_000_000),
    fallback: '2000',
  },
  ERRAND_LIMIT_SUBSCRIPTION_COST_PER_MEMBER: {
    about: 'Maximum cost of all live subscriptions of a member in a process; each costs at least 50 points',
    schema: wholeNumber(50, 100_000_000),
    fallback: '10000',
  },
  ERRAND_LIMIT_SUBSCRIPTION_COST_PER_TENANT: {
    about: 'Maximum cost of all live subscriptions of a tenant in a process',
    schema: wholeNumber(50, 1_000_000_000),
    fallback: '100000',
  },
  ERRAND_LIMIT_SUBSCRIPTIONS_PER_SOCKET: {
    about: 'Maximum number of operations that run on one WebSocket at the same time',
    schema: wholeNumber(1, 10_000),
    fallback: '100',
  },
  ERRAND_TRUSTED_DOCUMENTS: {
    about:
      'only: clients can run only the documents in ERRAND_TRUSTED_DOCUMENTS_FILE; also: clients can run these by id and any other document by its text',
    schema: oneOf(['only', 'also']),
    fallback: null,
  },
  ERRAND_TRUSTED_DOCUMENTS_FILE: {
    about:
      'JSON file that maps ids to the texts of trusted documents, such as the persisted-documents.json of graphql-codegen',
    schema: text,
    fallback: null,
  },
  LOG_LEVEL: {
    about: 'Level of the log: trace, debug, info, warn, error, fatal or silent',
    schema: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    fallback: null,
    shown: 'info; with embedded PostgreSQL warn',
  },
  ERRAND_STREAM_DAYS: {
    about: 'Number of days for which subscriptions can be resumed',
    schema: wholeNumber(1, 3_650),
    fallback: '30',
  },
  ERRAND_LOG_DAYS: {
    about: 'Number of days for which events are kept',
    schema: wholeNumber(1, 36_500),
    fallback: '400',
  },
  ERRAND_TRASH_DAYS: {
    about: 'Number of days after which tasks in the trash are deleted permanently',
    schema: wholeNumber(1, 36_500),
    fallback: '30',
  },
  ERRAND_EXECUTION_DAYS: {
    about: 'Number of days for which ended executions and their logs are kept',
    schema: wholeNumber(1, 36_500),
    fallback: '90',
  },
  ERRAND_REMINDER_DAYS: {
    about: 'Number of days for which past reminders of completed or deleted tasks are kept',
    schema: wholeNumber(1, 36_500),
    fallback: '90',
  },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;

type ValueOf<V extends Variable> = z.output<V['schema']> | (V['fallback'] extends null ? null : never);

/** The values of the variables, each parsed by its schema. */
export type Values = { [Name in VariableName]: ValueOf<(typeof variables)[Name]> };
