type Path = readonly string[];

/** An outcome as JSON, with the paths of its dates beside it, since JSON has no dates. */
export function toOutcomeJson(outcome: object): string {
  return JSON.stringify({ ...outcome, dates: pathsOf(outcome, (value) => value instanceof Date) });
}

/**
 * Parses the output of `toOutcomeJson`. Version 0.1 stored no paths: its outcomes have dates where a key ends in `At` or
 * `Date`, and are kept for a day.
 */
export function parseOutcomeJson<T>(json: string): T {
  const { dates, ...outcome } = JSON.parse(json) as { dates?: readonly Path[] };
  const isNamed = (value: unknown, key: string) => typeof value === 'string' && /(?:At|Date)$/.test(key);
  for (const path of dates ?? pathsOf(outcome, isNamed)) revive(outcome, path);
  return outcome as T;
}

function pathsOf(value: unknown, isDate: (value: unknown, key: string) => boolean, path: Path = []): Path[] {
  if (isDate(value, path.at(-1) ?? '')) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, isDate, [...path, key]));
}

function revive(outcome: object, path: Path): void {
  const fields = path.slice(0, -1).reduce((value, key) => value[key] as Fields, outcome as Fields);
  const key = path.at(-1) ?? '';
  fields[key] = new Date(fields[key] as string);
}

type Fields = Record<string, unknown>;
