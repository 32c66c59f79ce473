import type pg from 'pg';

/** Access to the database: one statement on any connection, or a connection for several. A pool of pg is one. */
export type Database = {
  query<R extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>;
  /** The caller releases it. */
  connect(): Promise<pg.PoolClient>;
};
