/**
 * Rows as JSON, in the log and in stored results. Every `Date` of a row lives in a field whose name ends in `At` or
 * `Date`, so reading one back needs no schema.
 */
export function parseRowJson<T>(text: string): T {
  return JSON.parse(text, (key, value) =>
    typeof value === 'string' && /(At|Date)$/.test(key) ? new Date(value) : value,
  ) as T;
}
