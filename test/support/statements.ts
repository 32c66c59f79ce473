import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/** A statement as it was sent to PostgreSQL. `name` is a prepared statement's own, or its first words. */
export type Statement = { name: string; text: string; values: readonly unknown[] };

type Query = (...args: unknown[]) => unknown;

const ofWork = new AsyncLocalStorage<Statement[]>();
const ofAll = new Set<Statement[]>();
let isWatching = false;

/** What `work` sends to PostgreSQL, transaction control included; what runs in the background is not counted. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  watchQueries();
  const statements: Statement[] = [];
  await ofWork.run(statements, work);
  return statements;
}

/** What the whole process sends to PostgreSQL while `work` runs, which is given what was sent so far. */
export async function statementsOfAll(work: (sent: readonly Statement[]) => Promise<unknown>): Promise<Statement[]> {
  watchQueries();
  const statements: Statement[] = [];
  ofAll.add(statements);
  try {
    await work(statements);
  } finally {
    ofAll.delete(statements);
  }
  return statements;
}

/** Sent once on each new connection, by whichever work needs one more than there are. */
const checkOfConnection = "current_setting('transaction_read_only')";

/** Every statement of node-postgres goes through here, those of pools and of Prisma's adapter too. */
function watchQueries(): void {
  if (isWatching) return;
  isWatching = true;
  const query = pg.Client.prototype.query as Query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const statement = toStatement(args[0], args[1]);
    if (statement.text.includes(checkOfConnection)) return query.apply(this, args);
    ofWork.getStore()?.push(statement);
    for (const statements of ofAll) statements.push(statement);
    return query.apply(this, args);
  } as typeof pg.Client.prototype.query;
}

function toStatement(query: unknown, given: unknown): Statement {
  const { text, name, values } =
    typeof query === 'string' ? ({ text: query } as Partial<pg.QueryConfig>) : (query as Partial<pg.QueryConfig>);
  const parameters = values ?? (Array.isArray(given) ? given : []);
  return { text: text ?? '', name: name ?? firstWords(text ?? ''), values: parameters };
}

/** `BEGIN`, `SELECT user`: the verb, and the first table of a statement that Prisma wrote. */
function firstWords(text: string): string {
  const verb = /^\s*(\w+)/.exec(text)?.[1] ?? '';
  const table = /(?:FROM|INTO|UPDATE) "public"\."(\w+)"/.exec(text)?.[1];
  return table ? `${verb} ${table}` : verb;
}
