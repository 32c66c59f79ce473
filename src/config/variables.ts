import type { z } from 'zod';
import { databaseUrl } from './database-url.ts';
import { destinations, key32, list, mailbox, oneOf, origin, origins, text, url, wholeNumber } from './readers.ts';

/** One environment variable. `fallback` is read when it is unset or empty; null leaves the feature out. */
export type Variable = {
  about: string;
  schema: z.ZodType<unknown, string>;
  fallback: string | null;
  /** What --help shows as the default when it is no fixed text. */
  shown?: string;
};

/** Every variable Errand reads. `npm start -- --help` prints this table. */
export const variables = {
  PORT: { about: 'Port of the HTTP server; 0 takes a free one', schema: wholeNumber(0, 65_535), fallback: '4000' },
  HOST: {
    about: 'Address to listen on',
    schema: text,
    fallback: null,
    shown: '127.0.0.1; with DATABASE_URL 0.0.0.0',
  },
  ERRAND_HOME: {
    about: "Folder of Errand's own files: embedded data, generated secrets, outbox",
    schema: text,
    fallback: '.errand',
  },
  DATABASE_URL: {
    about: 'PostgreSQL 15 or newer, TLS by sslmode as in psql; unset, Errand runs its own PostgreSQL 18',
    schema: databaseUrl,
    fallback: null,
  },
  DIRECT_DATABASE_URL: {
    about: 'The same database without the transaction pooler that DATABASE_URL goes through',
    schema: databaseUrl,
    fallback: null,
    shown: 'DATABASE_URL',
  },
  REDIS_URL: {
    about: 'Redis for queues and hints; unset, PostgreSQL does both',
    schema: url(['redis', 'rediss']),
    fallback: null,
  },
  ERRAND_MASTER_KEY: {
    about: '32 random bytes in base64, from which all keys are derived; required with DATABASE_URL',
    schema: key32,
    fallback: null,
    shown: 'made in ERRAND_HOME; none with DATABASE_URL',
  },
  SMTP_URL: {
    about:
      'Mail server for reminders, such as smtps://user:password@host; unset, mails are written to ERRAND_HOME/outbox',
    schema: url(['smtp', 'smtps']),
    fallback: null,
  },
  MAIL_FROM: { about: 'Sender of mails', schema: mailbox, fallback: 'Errand <errand@localhost>' },
  ERRAND_POOL_SIZE: { about: 'Database connections of a process', schema: wholeNumber(2, 1_000), fallback: '10' },
  ERRAND_PUBLIC_URL: {
    about: 'How clients reach the server, such as https://errand.example',
    schema: origin,
    fallback: null,
    shown: 'http://HOST:PORT',
  },
  ERRAND_ALLOWED_HOSTS: {
    about: 'Host headers that are answered, apart by commas',
    schema: list,
    fallback: null,
    shown: 'localhost, 127.0.0.1, [::1]; with DATABASE_URL any',
  },
  ERRAND_CORS_ORIGINS: {
    about: 'Origins of other pages that may call the API, apart by commas',
    schema: origins,
    fallback: '',
    shown: 'none',
  },
  ERRAND_JWT_SECRET: {
    about: 'Accepts JWTs signed with this secret (32 characters or more)',
    schema: text.min(32, 'must have 32 characters or more'),
    fallback: null,
  },
  ERRAND_JWT_JWKS_URL: {
    about: 'Accepts JWTs signed with a key of this set',
    schema: url(['https', 'http']),
    fallback: null,
  },
  ERRAND_JWT_ISSUER: { about: 'The iss that JWTs must have', schema: text, fallback: null },
  ERRAND_JWT_AUDIENCE: { about: 'The aud that JWTs must have', schema: text, fallback: null },
  ERRAND_JWT_ALGORITHMS: {
    about: 'Signature algorithms of JWTs, apart by commas',
    schema: list,
    fallback: null,
    shown: 'HS256; with a JWKS RS256, ES256',
  },
  ERRAND_JWT_TENANT_CLAIM: { about: "The claim that holds the tenant's id", schema: text, fallback: 'tenant' },
  ERRAND_JWT_PROVISION_ROLE: {
    about: 'Role of users first seen in a JWT; unset, unknown users are refused',
    schema: oneOf(['ADMIN', 'OPERATOR', 'MEMBER', 'VIEWER']),
    fallback: null,
  },
  ERRAND_HTTP_ALLOW: {
    about: 'Private networks, addresses and host names that http steps and webhooks may reach, apart by commas',
    schema: destinations,
    fallback: null,
    shown: 'localhost, 127.0.0.0/8, ::1; with DATABASE_URL none',
  },
  ERRAND_RUN_LEASE_MS: {
    about: 'After so long without a sign of its worker an execution is taken over',
    schema: wholeNumber(300, 600_000),
    fallback: '15000',
  },
  ERRAND_RUN_RENEW_MS: {
    about: 'How often a worker gives a sign',
    schema: wholeNumber(100, 600_000),
    fallback: '5000',
  },
  ERRAND_RUN_ABANDON_MS: {
    about: 'A worker that could give none for so long stops by itself',
    schema: wholeNumber(200, 600_000),
    fallback: '10000',
  },
  ERRAND_LIMIT_REQUESTS_PER_MINUTE: {
    about: 'Operations a minute for each token',
    schema: wholeNumber(1, 10_000_000),
    fallback: '1200',
  },
  ERRAND_LIMIT_BODY_BYTES: {
    about: 'Size of a request',
    schema: wholeNumber(1_000, 100_000_000),
    fallback: '1000000',
  },
  ERRAND_LIMIT_IMPORT_BYTES: {
    about: 'Size of a file that is imported',
    schema: wholeNumber(1_000, 1_000_000_000),
    fallback: '50000000',
  },
  ERRAND_LIMIT_QUERY_TOKENS: { about: 'Tokens of a document', schema: wholeNumber(10, 100_000), fallback: '2000' },
  ERRAND_LIMIT_QUERY_DEPTH: { about: 'Depth of a document', schema: wholeNumber(1, 100), fallback: '12' },
  ERRAND_LIMIT_QUERY_ALIASES: { about: 'Aliases in a document', schema: wholeNumber(0, 10_000), fallback: '30' },
  ERRAND_LIMIT_QUERY_COST: {
    about: 'Cost of an operation, about one for each object it may return',
    schema: wholeNumber(1, 100_000_000),
    fallback: '10000',
  },
  ERRAND_LIMIT_READ_MS: {
    about: 'Milliseconds that PostgreSQL may spend on a list whose filter or order no index serves',
    schema: wholeNumber(10, 600_000),
    fallback: '5000',
  },
  ERRAND_LIMIT_SOCKETS_PER_TOKEN: {
    about: 'Live connections of a token to one process',
    schema: wholeNumber(1, 1_000_000),
    fallback: '50',
  },
  ERRAND_LIMIT_SUBSCRIPTIONS_PER_SOCKET: {
    about: 'Subscriptions of one WebSocket',
    schema: wholeNumber(1, 10_000),
    fallback: '100',
  },
  ERRAND_TRUSTED_DOCUMENTS: {
    about:
      'only: clients can run no other documents than those of ERRAND_TRUSTED_DOCUMENTS_FILE; also: they can run these by id, and any other by its text',
    schema: oneOf(['only', 'also']),
    fallback: null,
  },
  ERRAND_TRUSTED_DOCUMENTS_FILE: {
    about:
      'JSON file with the texts of trusted documents by id, such as the persisted-documents.json of graphql-codegen',
    schema: text,
    fallback: null,
  },
  LOG_LEVEL: {
    about: 'What is logged: trace, debug, info, warn, error, fatal or silent',
    schema: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    fallback: null,
    shown: 'info; with embedded PostgreSQL warn',
  },
  ERRAND_STREAM_DAYS: {
    about: 'Days for which a lost subscription can resume',
    schema: wholeNumber(1, 3_650),
    fallback: '30',
  },
  ERRAND_LOG_DAYS: { about: 'Days for which events are kept', schema: wholeNumber(1, 36_500), fallback: '400' },
  ERRAND_TRASH_DAYS: {
    about: 'Days after which a task in the trash is deleted for good',
    schema: wholeNumber(1, 36_500),
    fallback: '30',
  },
  ERRAND_EXECUTION_DAYS: {
    about: 'Days for which finished executions are kept, with their logs',
    schema: wholeNumber(1, 36_500),
    fallback: '90',
  },
  ERRAND_REMINDER_DAYS: {
    about: 'Days for which reminders that are over are kept, of tasks that are done or in the trash',
    schema: wholeNumber(1, 36_500),
    fallback: '90',
  },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;

type ValueOf<V extends Variable> = z.output<V['schema']> | (V['fallback'] extends null ? null : never);

/** What the variables say, each read by its schema. */
export type Values = { [Name in VariableName]: ValueOf<(typeof variables)[Name]> };
