import { shortened } from '../../shared/shortened.ts';

const credentialNames = new Set([
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'masterKey',
  'tokenKey',
  'connectionParams',
]);
/** Fields may have objects that are nested up to this deep. What is deeper is logged as it is. */
const maxLevels = 2;

/** The length of a text in the log, and the number of errors that an error has as causes. */
const maxTextLength = 4_000;
const maxCauses = 10;

/** The fields of a line without credentials and with short texts. `err` is left to `describeError`. */
export function presentableFields(fields: Record<string, unknown>): Record<string, unknown> {
  const { err, ...others } = fields;
  const presented = presentable(others, 0);
  return err === undefined ? presented : { ...presented, err };
}

/** Only objects are looked into, so a line of numbers and texts costs next to nothing. */
function presentable(fields: object, level: number): Record<string, unknown> {
  const presented: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    presented[name] = credentialNames.has(name) ? '[redacted]' : presentableValue(value, level);
  }
  return presented;
}

function presentableValue(value: unknown, level: number): unknown {
  if (typeof value === 'string') return shortText(value);
  if (typeof value !== 'object' || value === null || level === maxLevels) return value;
  if (value instanceof Error) return describeError(value);
  if (Array.isArray(value)) return value.map((entry) => presentableValue(entry, level + 1));
  return 'toJSON' in value ? value : presentable(value, level + 1);
}

function shortText(text: string): string {
  return shortened(text, maxTextLength);
}

/** Only the message, stack and code of an error: drivers attach whole connections to errors, including passwords. */
export function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: shortText(String(error)) };
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  const causes = error instanceof AggregateError ? error.errors : cause === undefined ? [] : [cause];
  const told = depth < 4 ? causes.slice(0, maxCauses).map((behind) => describeError(behind, depth + 1)) : [];
  return {
    type: name,
    message: shortText(message),
    ...(code !== undefined && { code }),
    stack: shortText(stack ?? ''),
    ...(told.length > 0 && { causes: told }),
  };
}
