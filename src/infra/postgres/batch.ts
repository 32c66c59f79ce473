import pg from 'pg';

/** A statement that is prepared once on each connection, under its name; with the name '' for one use. */
export type Statement = { name: string; text: string; values: readonly unknown[] };

type Row = pg.QueryResultRow;

/** A statement that controls a transaction: it is its own name. */
export function control(text: string): Statement {
  return { name: text, text, values: [] };
}

/**
 * Sends statements by one write to the socket and waits for one answer. Outside of a transaction block, PostgreSQL runs
 * them as one transaction. @returns the rows of each. @throws the error of the first that fails; those after it are
 * not run.
 */
export function sendBatch(client: pg.PoolClient, statements: readonly Statement[]): Promise<Row[][]> {
  return new Promise((resolve, reject) => {
    client.query(new Batch(client, statements, { resolve, reject }));
  });
}

type Settle = { resolve: (rows: Row[][]) => void; reject: (error: unknown) => void };
type Bound = { name: string; text: string; values: (string | Buffer | null)[] };
type Column = { name: string; parse: (text: string) => unknown };

/**
 * The messages of a batch and of its answer (PostgreSQL, "Extended Query", pipelining). node-postgres calls the methods
 * of whatever is submitted to a client; its own queries each end with a Sync, which a batch has once.
 */
class Batch implements pg.Submittable {
  readonly #client: pg.PoolClient;
  /** What is sent. */
  readonly statements: readonly Bound[];
  readonly #settle: Settle;
  readonly #rows: Row[][];
  #columns: Column[] = [];
  #answered = 0;
  #unreadable: { error: unknown } | null = null;

  constructor(client: pg.PoolClient, statements: readonly Statement[], settle: Settle) {
    this.#client = client;
    // A value without a text throws here, before anything is sent.
    this.statements = statements.map(({ name, text, values }) => ({ name, text, values: values.map(toText) }));
    this.#settle = settle;
    this.#rows = statements.map(() => []);
  }

  /** The client records the statement that is answered at the moment as prepared. */
  get name(): string | undefined {
    return this.statements[this.#answered]?.name;
  }

  get text(): string | undefined {
    return this.statements[this.#answered]?.text;
  }

  /** @returns why nothing was sent, if so. */
  submit(connection: pg.Connection): Error | null {
    const { fresh, fault } = unprepared(this.statements, connection);
    if (fault) return fault;
    connection.stream.cork();
    for (const statement of this.statements) {
      const { name, text, values } = statement;
      if (fresh.has(statement)) connection.parse({ name, text, types: [] }, true);
      connection.bind({ statement: name, values }, true);
      connection.describe({ type: 'P', name: '' }, true);
      connection.execute(null, true);
    }
    connection.sync();
    connection.stream.uncork();
    return null;
  }

  handleRowDescription({ fields }: { fields: pg.FieldDef[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: this.#client.getTypeParser(dataTypeID) }));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    try {
      const cells = this.#columns.map(({ name, parse }, n) => {
        const text = fields[n] ?? null;
        return [name, text === null ? null : parse(text)] as const;
      });
      this.#rows[this.#answered]?.push(Object.fromEntries(cells));
    } catch (error) {
      this.#unreadable = { error };
    }
  }

  handleCommandComplete(): void {
    this.#answered += 1;
  }

  handleReadyForQuery(): void {
    if (this.#unreadable) this.#settle.reject(this.#unreadable.error);
    else this.#settle.resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#settle.reject(error);
  }
}

/** The statements that the connection has not prepared; a fault if a name is used for two texts. */
function unprepared(statements: readonly Bound[], connection: pg.Connection): { fresh: Set<Bound>; fault?: Error } {
  const { parsedStatements } = connection as unknown as { parsedStatements: Record<string, string> };
  const texts = new Map<string, string>();
  const fresh = new Set<Bound>();
  for (const statement of statements) {
    const { name, text } = statement;
    const known = name === '' ? undefined : (texts.get(name) ?? parsedStatements[name]);
    if (known === undefined) fresh.add(statement);
    else if (known !== text) return { fresh, fault: new Error(`Two prepared statements have the name ${name}.`) };
    texts.set(name, text);
  }
  return { fresh };
}

/** How node-postgres writes a parameter; its types leave it out. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }).utils;

function toText(value: unknown): string | Buffer | null {
  return prepareValue(value);
}
