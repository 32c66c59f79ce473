import type pg from 'pg';

/**
 * A connection keeps the text and the plan of each statement that was prepared on it. Lists have a text for each size of
 * a page and each set of columns, so a connection that has prepared more statements than this is replaced.
 */
const maxPrepared = 500;

const prepared = new WeakMap<pg.ClientBase, number>();

/** Counts the statements that are prepared on a connection. */
export function countPrepared(client: pg.ClientBase): void {
  const { connection: wire } = client as unknown as { connection: { parse(statement: { name?: string }): void } };
  const parse = wire.parse.bind(wire);
  wire.parse = (statement) => {
    if (statement.name) prepared.set(client, (prepared.get(client) ?? 0) + 1);
    parse(statement);
  };
}

export function hasTooManyPrepared(client: pg.ClientBase): boolean {
  return (prepared.get(client) ?? 0) > maxPrepared;
}
