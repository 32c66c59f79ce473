import { isCredentialName } from './credential-names.ts';
import { credentialSpans, maskSign, maskText } from './credential-spans.ts';

/** A text or number of an input that has credentials: where it is, as it was given, and the credentials in it. */
export type Credential = { path: (string | number)[]; given: string | number; secrets: string[] };

/**
 * A value of JSON with the mask in the place of all that looks like a credential, and what was there. A value that has none
 * is returned itself. The names of fields tell of all that is in them, but for those that begin with `$`.
 */
export function takeCredentials<T>(value: T): { masked: T; credentials: Credential[] } {
  const credentials: Credential[] = [];

  function mask(given: unknown, path: (string | number)[], isNamed: boolean): unknown {
    if (typeof given === 'string') return maskLeaf(given, path, isNamed);
    if (typeof given === 'number') return isNamed ? take(given, path, [String(given)], maskSign) : given;
    if (typeof given !== 'object' || given === null) return given;
    if (Array.isArray(given)) return given.map((part, index) => mask(part, [...path, index], isNamed));
    const fields = Object.entries(given).map(([name, part]): [string, unknown] => [
      name,
      mask(part, [...path, name], !name.startsWith('$') && (isNamed || isCredentialName(name))),
    ]);
    return Object.fromEntries(fields);
  }

  function maskLeaf(text: string, path: (string | number)[], isNamed: boolean): string {
    if (isNamed) return text === '' ? text : take(text, path, [text], maskSign);
    const secrets = credentialSpans(text).map(({ start, end }) => text.slice(start, end));
    return secrets.length > 0 ? take(text, path, secrets, maskText(text)) : text;
  }

  function take(given: string | number, path: (string | number)[], secrets: string[], masked: string): string {
    credentials.push({ path, given, secrets });
    return masked;
  }

  const masked = mask(value, [], false) as T;
  return { masked: credentials.length > 0 ? masked : value, credentials };
}

/** The value as it was given. */
export function giveBack(masked: unknown, credentials: readonly Credential[]): unknown {
  if (credentials.length === 0) return masked;
  const root = { value: structuredClone(masked) };
  for (const { path, given } of credentials) {
    const places = ['value', ...path];
    const last = places.pop() ?? 'value';
    let holder: unknown = root;
    for (const place of places) holder = (holder as Record<string | number, unknown>)[place];
    (holder as Record<string | number, unknown>)[last] = given;
  }
  return root.value;
}
