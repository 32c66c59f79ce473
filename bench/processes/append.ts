import { appendEvents } from '../../src/events/append.ts';
import type { Task } from '../../src/generated/prisma/client.ts';
import { createPool } from '../../src/infra/postgres/client.ts';
import { Transaction } from '../../src/infra/postgres/transaction.ts';
import { newId } from '../../src/shared/ids.ts';
import { answerQuestions } from '../harness/answer.ts';
import { bareTask, insertBareEvent } from '../harness/statements.ts';
import type { Turn } from './load.ts';

export type AppendLoad = { callers: number; ms: number };

const { DATABASE_URL: url = '', POOL_SIZE, TENANT_ID: tenantId = '', USER_ID: userId = '' } = process.env;
const db = createPool({ url, directUrl: url, poolSize: Number(POOL_SIZE) }, { name: 'bench append' });
const append = process.argv[2] === 'errand' ? appendAsErrand : appendBare;

/** Each call is a transaction of its own. */
async function appendAsErrand(): Promise<void> {
  const task = bareTask({ tenantId, userId, title: 'An event' }) as Task;
  const facts = { changeId: newId(), tenantId, actorId: userId, requestId: newId(), now: new Date() };
  await using tx = new Transaction(() => db.connect());
  await appendEvents(tx, facts, [{ type: 'task.created', objectId: task.id, before: null, after: task }]);
  await tx.commit();
}

async function appendBare(): Promise<void> {
  const task = bareTask({ tenantId, userId, title: 'An event' });
  const client = await db.connect();
  try {
    await insertBareEvent(client, { tenantId, userId, task });
  } finally {
    client.release();
  }
}

answerQuestions(
  async ({ callers, ms }: AppendLoad): Promise<Turn> => {
    const startedAt = performance.now();
    let appended = 0;
    const appendAgain = async () => {
      for (; performance.now() - startedAt < ms; appended += 1) await append();
    };
    await Promise.all(Array.from({ length: callers }, appendAgain));
    return { calls: appended, perSecond: (appended * 1000) / (performance.now() - startedAt) };
  },
  () => db.end(),
);
