/** Everything the environment decides, parsed once and frozen. An absent feature is null. */
export type Config = Readonly<{
  /** `embedded`: Errand runs its own PostgreSQL in `home`. `external`: DATABASE_URL was given. */
  mode: 'embedded' | 'external';
  /** Absolute path of ERRAND_HOME: embedded data, outbox, owner token, generated secrets. */
  home: string;
  http: Readonly<{
    host: string;
    port: number;
    /** The URL at which clients reach the server, such as `https://errand.example`; null means http://host:port. */
    publicUrl: string | null;
    /** Accepted values of the Host header; empty means any (external mode behind a proxy). */
    allowedHosts: readonly string[];
    /** Origins allowed by CORS, beside the server's own. */
    corsOrigins: readonly string[];
    /** Who can read /metrics: everybody who reaches the server, nobody, or who has the token. */
    metrics: 'OPEN' | 'CLOSED' | Readonly<{ token: string }>;
    /** Networks and addresses of the reverse proxies whose forwarding headers are believed. */
    trustedProxies: readonly string[];
  }>;
  /** Number of database connections of each process; the database's own once it is known. */
  poolSize: number;
  /** Null in embedded mode until the database runs: see RunConfig. */
  database: DatabaseConfig | null;
  redis: Readonly<{ url: string }> | null;
  /** If no mail server is set, e-mails are written to `home`/outbox. */
  mail: Readonly<{ smtpUrl: string | null; from: string }>;
  /** 32 bytes from which every key is derived. Null in embedded mode until it is read from `home`. */
  masterKey: Buffer | null;
  jwt: JwtConfig | null;
  executions: ExecutionConfig;
  /** Networks (`10.1.0.0/16`), addresses and host names that users' requests may reach though they are not public. */
  egressAllow: readonly string[];
  limits: Limits;
  /** Documents that clients can run by id: `only` these, or `also` any other. Null if there are none. */
  trustedDocuments: Readonly<{ mode: 'only' | 'also'; file: string }> | null;
  log: Readonly<{ level: string }>;
  /** The number of days for which expired data is kept. */
  retention: Readonly<Record<'streamDays' | 'logDays' | 'trashDays' | 'executionDays' | 'reminderDays', number>>;
}>;

export type DatabaseConfig = Readonly<{
  url: string;
  /** For LISTEN and advisory locks, which need a session. Equals `url` unless there is a transaction pooler. */
  directUrl: string;
  poolSize: number;
}>;

export type JwtConfig = Readonly<{
  key: Readonly<{ secret: string }> | Readonly<{ jwksUrl: string }>;
  issuer: string;
  audience: string;
  /** The only signature algorithms accepted. */
  algorithms: readonly string[];
  /** Whether the claim email_verified must be true, or only if the issuer sends it. */
  emailVerified: 'required' | 'if-sent';
  /** The claim with the id of the tenant. */
  tenantClaim: string;
  /** Role for users first seen in a JWT; null means unknown users are refused. */
  provisionRole: 'ADMIN' | 'OPERATOR' | 'MEMBER' | 'VIEWER' | null;
}>;

/** How executions are run; milliseconds. See src/domain/executions. */
export type ExecutionConfig = Readonly<{
  /** The duration of the lease of an execution, and how often its holder renews it. */
  leaseMs: number;
  renewMs: number;
  /** A holder stops by itself if it could not renew for this long, by its own clock. */
  abandonMs: number;
  /** The backoff before the second attempt; it doubles with each further attempt. */
  retryBaseMs: number;
  /** How long a step may take to react to the signal to stop before it is aborted. */
  graceMs: number;
}>;

export type Limits = Readonly<{
  requestsPerMinute: number;
  pointsPerMinute: number;
  tenantPointsPerMinute: number;
  bodyBytes: number;
  bodyValues: number;
  importBytes: number;
  importRows: number;
  queryBytes: number;
  queryTokens: number;
  queryDepth: number;
  queryAliases: number;
  queryCost: number;
  readMs: number;
  tokensPerUser: number;
  queuedExecutions: number;
  connections: number;
  connectionsPerAddress: number;
  streamsPerMember: number;
  streamsPerTenant: number;
  subscriptionCostPerMember: number;
  subscriptionCostPerTenant: number;
  subscriptionsPerSocket: number;
}>;

/** A config that can run: the database is known and the master key is read. */
export type RunConfig = Config & Readonly<{ database: DatabaseConfig; masterKey: Buffer }>;
