import { stringify } from 'safe-stable-stringify';
import { decoded, maskSign, maskText } from './credential-spans.ts';

/** Shorter credentials are parts of ordinary words and numbers. They are masked only where their place tells what they are. */
const minLength = 6;

/** Takes the credentials of an execution out of what its steps say. */
export type Mask = {
  /** A line of a log, or a reason. */
  text(text: string): string;
  /** An output: only the credentials themselves are masked, since later steps may use others that it has. */
  output(output: unknown): unknown;
};

/** Masks these credentials in every form that they may come back in: as they are, and encoded for URLs, JSON and headers. */
export function maskOf(secrets: readonly string[]): Mask {
  const forms = [...new Set(secrets.flatMap(partsOf).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const pattern = forms.length > 0 ? new RegExp(forms.map(escaped).join('|'), 'g') : null;
  const known = (text: string) => (pattern ? text.replace(pattern, maskSign) : text);
  return {
    text: (text) => maskText(known(text)),
    output: (output) => (pattern ? inAllTexts(output, known) : output),
  };
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

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function inAllTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((part) => inAllTexts(part, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [change(name), inAllTexts(part, change)]));
}
