import { contract, type Kind, kindNames, type LoggedRow } from './contract.ts';

const dateColumns: Partial<Record<string, readonly string[]>> = Object.fromEntries(
  kindNames.map((kind) => [kind, Object.keys(contract[kind].dates)]),
);

/**
 * Reads a row from the log's JSON; null for none. Only the columns of dates become dates: what is inside a JSON column stays
 * as it is. Every event is read this way, and a reviver given to JSON.parse takes twice as long. A kind that only a later
 * version knows is read without its dates.
 */
export function parseRow<K extends Kind>(kind: K, json: string | null): LoggedRow<K> | null {
  if (json === null) return null;
  const row: Record<string, unknown> = JSON.parse(json);
  for (const column of dateColumns[kind] ?? []) {
    const value = row[column];
    if (typeof value === 'string') row[column] = new Date(value);
  }
  return row as LoggedRow<K>;
}
