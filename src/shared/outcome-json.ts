/**
 * A result as JSON that distinguishes dates from strings: a date is written as `{"$date": "…"}`. Keys of a user that
 * begin with `$` get another `$`, so that they are not taken for a date.
 */
export function toOutcomeJson(outcome: object): string {
  return JSON.stringify(outcome, function (this: Record<string, unknown>, key, value: unknown) {
    if (typeof value === 'string' && this[key] instanceof Date) return { $date: value };
    return renameKeys(value, (name) => (name.startsWith('$') ? `$${name}` : name));
  });
}

/** Parses the output of `toOutcomeJson`. */
export function parseOutcomeJson<T>(json: string): T {
  return JSON.parse(json, (_, value: unknown) => {
    if (isObject(value) && typeof value.$date === 'string') return new Date(value.$date);
    return renameKeys(value, (name) => (name.startsWith('$') ? name.slice(1) : name));
  });
}

/** Of an object that has such keys, a copy. */
function renameKeys(value: unknown, rename: (name: string) => string): unknown {
  if (!isObject(value) || !Object.keys(value).some((name) => name.startsWith('$'))) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [rename(name), field]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
