import type { Database } from '../../infra/postgres/database.ts';

/**
 * Runs several queries as one prepared statement, whose rows have `n`, the number of their query from 1. @returns the
 * rows of each query, in order.
 */
export async function answers<R>(
  db: Database,
  count: number,
  statement: { name: string; text: string; values: unknown[] },
): Promise<R[][]> {
  const { rows } = await db.query<R & { n: number }>(statement);
  const byQuestion = Array.from({ length: count }, (): R[] => []);
  for (const { n, ...row } of rows) byQuestion[n - 1]?.push(row as R);
  return byQuestion;
}
