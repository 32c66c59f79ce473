import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/**
 * A statement as it was sent to PostgreSQL. `name` is a prepared statement's own, or its first words. Those of one
 * `round` were sent together.
 */
export type Statement = { name: string; text: string; values: readonly unknown[]; round: number };

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

/** The names of statements, by round trip: `['BEGIN lock-tasks', 'save-task append-events COMMIT']`. */
export function roundsOf(statements: readonly Statement[]): string[] {
  const rounds = new Map<number, string[]>();
  for (const { round, name } of statements) rounds.set(round, [...(rounds.get(round) ?? []), name]);
  return [...rounds.values()].map((names) => names.join(' '));
}

/** Sent once on each new connection, by whichever work needs one more than there are. */
const checkOfConnection = "current_setting('transaction_read_only')";

let rounds = 0;

/** Every statement of node-postgres goes through here, those of pools and of Prisma's adapter too. */
function watchQueries(): void {
  if (isWatching) return;
  isWatching = true;
  const query = pg.Client.prototype.query as Query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const sent = toStatements(args[0], args[1]);
    if (sent.some(({ text }) => text.includes(checkOfConnection))) return query.apply(this, args);
    ofWork.getStore()?.push(...sent);
    for (const statements of ofAll) statements.push(...sent);
    return query.apply(this, args);
  } as typeof pg.Client.prototype.query;
}

type Sent = Partial<pg.QueryConfig> & { statements?: readonly Partial<pg.QueryConfig>[] };

function toStatements(query: unknown, given: unknown): Statement[] {
  rounds += 1;
  const sent = typeof query === 'string' ? { text: query } : (query as Sent);
  return (sent.statements ?? [sent]).map(({ text = '', name, values }) => {
    const parameters = values ?? (Array.isArray(given) ? given : []);
    return { text, name: name || firstWords(text), values: parameters, round: rounds };
  });
}

/** `BEGIN`, `SELECT user`: the verb, and the first table of a statement that Prisma wrote. */
function firstWords(text: string): string {
  const verb = /^\s*(\w+)/.exec(text)?.[1] ?? '';
  const table = /(?:FROM|INTO|UPDATE) "public"\."(\w+)"/.exec(text)?.[1];
  return table ? `${verb} ${table}` : verb;
}
