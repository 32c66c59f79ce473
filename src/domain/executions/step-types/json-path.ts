/** A place in a JSON value: names and indexes from its root. */
export type JsonPath = readonly (string | number)[];

const part = /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * Reads `$.items[0]["a name"].id`, the singular paths of JSONPath (RFC 9535 §2.3.5); the leading `$` may be left out.
 * @returns null when the text is none.
 */
export function parseJsonPath(text: string): JsonPath | null {
  const path: (string | number)[] = [];
  part.lastIndex = text.startsWith('$') ? 1 : 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) return null;
    const [, name, index, quoted] = match;
    path.push(name ?? (index === undefined ? unquote(quoted ?? '') : Number(index)));
  }
  return path;
}

/** What stands at the path, or undefined when nothing does. */
export function readJsonPath(value: unknown, path: JsonPath): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string | number, unknown>)[key];
  }
  return found;
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
