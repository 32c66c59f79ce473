/** Everything the environment decides, parsed once and frozen. An absent feature is null. */
export type Config = Readonly<{
  /** `embedded`: Errand runs its own PostgreSQL in `home`. `external`: DATABASE_URL was given. */
  mode: 'embedded' | 'external';
  /** Absolute path of ERRAND_HOME: embedded data, outbox, owner token, generated secrets. */
  home: string;
  http: Readonly<{
    host: string;
    port: number;
    /** How clients reach the server from outside, such as `https://errand.example`; null means http://host:port. */
    publicUrl: string | null;
    /** Host header values that are answered; empty means any (external mode behind a proxy). */
    allowedHosts: readonly string[];
    /** Origins allowed by CORS, beside the server's own. */
    corsOrigins: readonly string[];
  }>;
  /** Number of database connections of each process; the database's own once it is known. */
  poolSize: number;
  /** Null in embedded mode until the database runs: see RunConfig. */
  database: DatabaseConfig | null;
  redis: Readonly<{ url: string }> | null;
  /** Without an address of a mail server, mails are written into `home`/outbox. */
  mail: Readonly<{ smtpUrl: string | null; from: string }>;
  /** 32 bytes from which every key is derived. Null in embedded mode until it is read from `home`. */
  masterKey: Buffer | null;
  jwt: JwtConfig | null;
  executions: ExecutionConfig;
  /** Networks (`10.1.0.0/16`), addresses and host names that users' requests may reach though they are not public. */
  egressAllow: readonly string[];
  limits: Limits;
  /** Documents that clients run by their ids; `only` these, or `also` any other. Null when there are none. */
  trustedDocuments: Readonly<{ mode: 'only' | 'also'; file: string }> | null;
  log: Readonly<{ level: string }>;
  /** For how many days what has had its time is kept. */
  retention: Readonly<Record<'streamDays' | 'logDays' | 'trashDays' | 'executionDays' | 'reminderDays', number>>;
}>;

export type DatabaseConfig = Readonly<{
  url: string;
  /** For LISTEN and advisory locks, which need a session; equals `url` unless a transaction pooler stands between. */
  directUrl: string;
  poolSize: number;
}>;

export type JwtConfig = Readonly<{
  key: Readonly<{ secret: string }> | Readonly<{ jwksUrl: string }>;
  issuer: string;
  audience: string;
  /** The only signature algorithms accepted. */
  algorithms: readonly string[];
  /** The claim that names the tenant's id. */
  tenantClaim: string;
  /** Role for users first seen in a JWT; null means unknown users are refused. */
  provisionRole: 'ADMIN' | 'OPERATOR' | 'MEMBER' | 'VIEWER' | null;
}>;

/** How executions are run; milliseconds. See src/domain/executions. */
export type ExecutionConfig = Readonly<{
  /** For how long the run lease is granted, and how often its holder renews it. */
  leaseMs: number;
  renewMs: number;
  /** A holder that could not renew for so long, by its own clock, stops by itself. */
  abandonMs: number;
  /** A queued execution that nobody took for so long is enqueued again: its job may be lost. */
  unclaimedMs: number;
  /** The first pause before another attempt; each further one is twice as long. */
  retryBaseMs: number;
  /** How long a step may take to notice that it is to stop, before it is cut off. */
  graceMs: number;
}>;

export type Limits = Readonly<{
  requestsPerMinute: number;
  bodyBytes: number;
  importBytes: number;
  queryTokens: number;
  queryDepth: number;
  queryAliases: number;
  queryCost: number;
  readMs: number;
  socketsPerToken: number;
  subscriptionsPerSocket: number;
}>;

/** A config that can run: the database is known and the master key is read. */
export type RunConfig = Config & Readonly<{ database: DatabaseConfig; masterKey: Buffer }>;
