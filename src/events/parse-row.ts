import { contract, type Kind, kindNames, type LoggedRow } from './contract.ts';

const dateColumns: Partial<Record<string, readonly string[]>> = Object.fromEntries(
  kindNames.map((kind) => [kind, Object.keys(contract[kind].dates)]),
);

/**
 * Parses a row from the JSON of the log; null if there is none. Only date columns become dates; the content of a JSON
 * column is not changed. It does not use a reviver, because JSON.parse takes twice as long with one and every event is
 * parsed here. A kind of a later version is parsed without dates.
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
