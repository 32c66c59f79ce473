import type { Records } from './record-kind.ts';

/** SQL that follows from the declaration of a kind, made once for each. */
export function statement(build: (records: Records) => string): (records: object) => string {
  const texts = new WeakMap<object, string>();
  return (records) => {
    const text = texts.get(records) ?? build(records as Records);
    texts.set(records, text);
    return text;
  };
}
