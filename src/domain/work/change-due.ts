import { type Change, changeAsSystem } from '../records/change.ts';
import type { WorkContext } from './work.ts';

/** A transaction about a due row, in its tenant. @returns what `work` does; null when the row is gone. */
export async function changeDue<T>(
  { app, requestId }: Pick<WorkContext, 'app' | 'requestId'>,
  { table, id }: { table: string; id: string },
  work: (tx: Change, tenantId: string) => Promise<T>,
): Promise<T | null> {
  const { rows } = await app.db.query<{ tenantId: string }>({
    name: `tenant-of-${table}`,
    text: `SELECT "tenantId" FROM ${table} WHERE id = $1`,
    values: [id],
  });
  const tenantId = rows[0]?.tenantId;
  if (!tenantId) return null;
  const { done } = await changeAsSystem({ app, tenantId, requestId }, async (tx) => ({
    done: await work(tx, tenantId),
  }));
  return done;
}
