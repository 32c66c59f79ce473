import pg from 'pg';
import { createApp } from '../../src/app.ts';
import type { RunConfig } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { startHttp } from '../../src/server/http.ts';
import { type Statement, statementsOfAll } from '../../test/support/statements.ts';
import type { Target } from './compare.ts';
import type { World } from './world.ts';

/** Tells how PostgreSQL, with its default settings, runs what Errand sends it. */
export type Planner = AsyncDisposable & {
  /** The names of the tables that any statement of this request about tasks reads from end to end. */
  fullScansOf(request: (url: string) => Target): Promise<string[]>;
};

/** Errand in this process, so that its statements can be seen. */
export async function openPlanner(world: World): Promise<Planner> {
  const config = loadConfig({
    DATABASE_URL: world.databaseUrl,
    ERRAND_MASTER_KEY: world.masterKey.toString('base64'),
    LOG_LEVEL: 'silent',
    PORT: '0',
  });
  const app = createApp(config as RunConfig);
  const server = await startHttp(app);
  return {
    async fullScansOf(request) {
      const target = request(server.url);
      const statements = await statementsOfAll(async () => {
        const response = await fetch(target.url, target.request);
        const { errors } = (await response.json()) as { errors?: unknown };
        if (errors) throw new Error(`The list was refused: ${JSON.stringify(errors)}`);
      });
      const about = statements.filter(({ text }) => /^\W*(SELECT|WITH)\b.*\btask\b/is.test(text));
      if (about.length === 0) throw new Error('No statement about tasks was seen.');
      const plans = await Promise.all(about.map((statement) => explain(world.db, statement)));
      return [...new Set(plans.flatMap(fullScans))];
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
    },
  };
}

type PlanNode = { 'Node Type': string; 'Relation Name'?: string; Plans?: PlanNode[] };

async function explain(db: pg.Pool, { text, values }: Statement): Promise<PlanNode> {
  const client = await db.connect();
  try {
    await client.query(`PREPARE asked AS ${text}`);
    const given = values.map((value) => (value === null ? 'NULL' : pg.escapeLiteral(literal(value)))).join(', ');
    const { rows } = await client.query(`EXPLAIN (FORMAT JSON) EXECUTE asked${given && `(${given})`}`);
    return rows[0]['QUERY PLAN'][0].Plan;
  } finally {
    client.release(true);
  }
}

/** A parameter as node-postgres would send it. */
function literal(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? `{${value.map((item) => JSON.stringify(item)).join(',')}}` : String(value);
}

function fullScans(node: PlanNode): string[] {
  const own = node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : [];
  return [...own, ...(node.Plans ?? []).flatMap(fullScans)];
}
