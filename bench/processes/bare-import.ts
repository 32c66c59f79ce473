import { createPool } from '../../src/infra/postgres/client.ts';
import { answerQuestions } from '../harness/answer.ts';
import { insertBareTasks } from '../harness/statements.ts';

/** How many tasks are inserted; the answer is how many milliseconds that took. */
export type BareImport = number;

/** As many as an import writes in a transaction. */
const batchSize = 200;

const { DATABASE_URL: url = '', TENANT_ID: tenantId = '', USER_ID: userId = '' } = process.env;
const db = createPool({ url, directUrl: url, poolSize: 1 }, { name: 'bench bare import' });

async function insertBatch(titles: readonly string[]): Promise<void> {
  const client = await db.connect();
  try {
    await client.query('BEGIN');
    await insertBareTasks(client, { tenantId, userId }, titles);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

answerQuestions(
  async (count: BareImport): Promise<number> => {
    const startedAt = performance.now();
    for (let at = 0; at < count; at += batchSize) {
      const size = Math.min(batchSize, count - at);
      await insertBatch(Array.from({ length: size }, (_, index) => `Row number ${at + index}`));
    }
    return performance.now() - startedAt;
  },
  () => db.end(),
);
