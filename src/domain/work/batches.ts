import { type Change, changeAsSystem } from '../records/change.ts';
import type { WorkContext } from './work.ts';

/** A statement that finds tenants with something to do, and what is done about one batch of a tenant's in a transaction. */
export type Batches = {
  tenants: { name: string; text: string; values?: readonly unknown[] };
  batch(tx: Change, tenantId: string): Promise<unknown>;
};

/** Does a batch in each tenant until there is nothing to do. Stopped or repeated, the next run goes on. */
export async function inBatches({ app, requestId, signal }: WorkContext, { tenants, batch }: Batches): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await app.db.query<{ tenantId: string }>({ ...tenants, values: [...(tenants.values ?? [])] });
    if (rows.length === 0) return;
    for (const { tenantId } of rows) {
      await changeAsSystem({ app, tenantId, requestId }, async (tx) => ({ done: await batch(tx, tenantId) }));
    }
  }
}
