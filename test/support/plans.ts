import pg from 'pg';
import type { Statement } from './statements.ts';

/** PostgreSQL's plans of a statement: planned for its values, and once for all values. */
export async function plansOf(db: pg.Pool, { text, values }: Pick<Statement, 'text' | 'values'>): Promise<string[]> {
  const client = await db.connect();
  try {
    await client.query(`PREPARE statement AS ${text}`);
    const plans: string[] = [];
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await client.query(`SET plan_cache_mode = ${mode}`);
      const { rows } = await client.query(`EXPLAIN EXECUTE statement(${values.map(literal).join(', ')})`);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    return plans;
  } finally {
    client.release(true);
  }
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  return pg.escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value));
}
