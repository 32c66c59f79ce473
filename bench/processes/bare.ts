import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { answerQuestions } from '../harness/answer.ts';
import { insertBareEvent, insertBareTask, selectBareTasks } from '../harness/statements.ts';

const { DATABASE_URL: connectionString, POOL_SIZE, TENANT_ID: tenantId = '', USER_ID: userId = '' } = process.env;
const db = new pg.Pool({ connectionString, max: Number(POOL_SIZE) });

const server = createServer(async (req, res) => {
  const answer = req.method === 'GET' ? await listTasks() : await createTask(await bodyOf(req));
  const text = JSON.stringify(answer);
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

async function listTasks() {
  const { rows } = await db.query({ ...selectBareTasks, values: [tenantId, userId] });
  return { rows: rows.slice(0, 50), hasNextPage: rows.length > 50 };
}

/** A row and its event in one transaction. */
async function createTask(text: string) {
  const { title } = JSON.parse(text) as { title: string };
  const client = await db.connect();
  try {
    await client.query('BEGIN');
    const task = await insertBareTask(client, { tenantId, userId, title });
    await insertBareEvent(client, { tenantId, userId, task });
    await client.query('COMMIT');
    return { task };
  } finally {
    client.release();
  }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

answerQuestions(
  () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  async () => {
    server.closeAllConnections();
    await db.end();
  },
);
