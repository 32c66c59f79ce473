import { type Change, changeAsSystem } from '../records/change.ts';
import type { WorkContext } from './work.ts';

/** A statement that finds tenants with work, and the work on one batch of a tenant in a transaction. */
export type Batches = {
  tenants: { name: string; text: string; values?: readonly unknown[] };
  batch(tx: Change, tenantId: string): Promise<unknown>;
};

/**
 * Processes batches of each tenant until there is no work left. If it is interrupted or repeated, the next run
 * continues.
 */
export async function inBatches({ app, requestId, signal }: WorkContext, { tenants, batch }: Batches): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await app.db.query<{ tenantId: string }>({ ...tenants, values: [...(tenants.values ?? [])] });
    if (rows.length === 0) return;
    for (const { tenantId } of rows) {
      await changeAsSystem({ app, tenantId, requestId }, async (tx) => ({ done: await batch(tx, tenantId) }));
    }
  }
}
