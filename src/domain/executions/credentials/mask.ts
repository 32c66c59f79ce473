import { stringify } from 'safe-stable-stringify';
import { decoded, maskSpans, maskText } from './credential-spans.ts';
import { TextFinder } from './text-finder.ts';

/** Shorter credentials are parts of ordinary words and numbers. They are masked only where their place tells what they are. */
const minLength = 6;

/** Takes the credentials of an execution out of what its steps say. */
export type Mask = {
  /** A line of a log, or a reason. */
  text(text: string): string;
  /** An output: only the credentials themselves are masked, since later steps may use others that it has. */
  output(output: unknown): unknown;
  /** An error as it may be logged. */
  error(error: unknown): Error;
};

/** Masks these credentials in every form that they may come back in. */
export function maskOf(secrets: readonly string[]): Mask {
  const finder = secrets.length > 0 ? new TextFinder(formsOfAll(secrets)) : null;
  const known = (text: string) => (finder ? maskSpans(text, finder.find(text)) : text);
  const text = (given: string) => maskText(known(given));
  return {
    text,
    output: (output) => (finder ? inAllTexts(output, known) : output),
    error: (error) => inError(error, text),
  };
}

/** What is searched for: credentials and their parts as they are, and encoded for URLs, JSON and headers. */
export function formsOfAll(secrets: readonly string[]): string[] {
  return [...new Set(secrets.flatMap(partsOf).flatMap(formsOf))];
}

const schemes = /^(?:basic|bearer|digest)$/i;

/** Of `Bearer x` and `a=x; b=y`, a server may send back the parts. */
function partsOf(secret: string): string[] {
  const words = secret.split(/[\s;,]+/).flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
  return [secret, decoded(secret), ...words].filter((part) => part.length >= minLength && !schemes.test(part));
}

function formsOf(part: string): string[] {
  const bytes = Buffer.from(part);
  return [
    part,
    encodeURIComponent(bytes.toString()),
    stringify(part).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
}

function inAllTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((part) => inAllTexts(part, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [change(name), inAllTexts(part, change)]));
}

/** The log has no more causes of an error than this. */
const maxCauses = 4;

/** What the log says of an error. */
function inError(error: unknown, change: (text: string) => string, depth = 0): Error {
  if (!(error instanceof Error)) return new Error(change(String(error)));
  const { name, message, stack = '', cause } = error;
  const hasCause = cause !== undefined && depth < maxCauses;
  const changed = new Error(change(message), hasCause ? { cause: inError(cause, change, depth + 1) } : {});
  return Object.assign(changed, { name, stack: change(stack) });
}
