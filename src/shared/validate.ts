import { z } from 'zod';
import { type FieldFault, invalidInput } from './errors.ts';
import { wordsOf } from './fault-words.ts';
import { isLongerThan, type Maximum, textOf } from './maximum.ts';

/**
 * Parses input with a zod schema. @throws AppError `INVALID_INPUT` with every fault. Each path begins with `at`, the
 * path of the argument in the operation.
 */
export function validate<T>(schema: z.ZodType<T>, input: unknown, at: readonly (string | number)[] = ['input']): T {
  const parsed = parsedBy(schema, input);
  if ('data' in parsed) return parsed.data;
  throw invalidInput(parsed.faults.map(({ path, message }) => ({ path: [...at, ...path], message })));
}

/** A value as a zod schema reads it, or all its faults. A field that there is not is a fault at its own path. */
export function parsedBy<T>(schema: z.ZodType<T>, value: unknown): { data: T } | { faults: FieldFault[] } {
  const parsed = schema.safeParse(value, { error: wordsOf });
  if (parsed.success) return { data: parsed.data };
  const faults = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const { message } = issue;
    return names.length > 0 ? names.map((name) => ({ path: [...path, name], message })) : { path, message };
  });
  return { faults };
}

/** What a text is refused for, as the arguments of zod's `refine`. */
type Refusal = [isAllowed: (text: string) => boolean, message: string];

/** For a text that is longer than its maximum. */
export function upTo({ max, message }: Maximum): Refusal {
  return [(text) => !isLongerThan(text, max), message];
}

/**
 * A text without the spaces around it, in which there is something to see: more than spaces or U+200B. `what` is
 * "The title"; `otherwise` is said of what is not a text.
 */
export function visibleText(what: string, maximum: Maximum, otherwise?: string) {
  return z
    .string(otherwise)
    .trim()
    .refine((text) => somethingVisible.test(text), `${what} must have at least one visible character.`)
    .refine(...upTo(maximum));
}

/** U+2800 is a pattern of Braille without dots. */
const somethingVisible = /[^\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether PostgreSQL can store a text and JSON can contain it: no U+0000 and no halves of surrogate pairs. */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** What is said about a text that is not storable. */
export const unstorable = 'This text has a character that cannot be stored: U+0000, or half of a surrogate pair.';

/** The beginning of a text, with U+FFFD in place of characters that cannot be stored: for foreign texts in messages. */
export function excerpt(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

export const urlLength = textOf(8_000, 'A URL');

/** A URL to send requests to. Credentials are not allowed, because they would be logged. */
export const httpUrlSchema = z
  .string()
  .refine((text) => !isLongerThan(text, urlLength.max), { error: urlLength.message, abort: true })
  .refine(hasShortHost, { error: 'The URL has a host that is too long.', abort: true })
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'This is not an http or https URL.')
  .refine((text) => !hasCredentials(text), 'The URL must not contain a user name or a password.');

/** Converting an international host name takes time that grows with the square of its length. */
function hasShortHost(text: string): boolean {
  const [, authority = ''] = /^[^:]*:[/\\]*([^/\\?#]*)/.exec(text) ?? [];
  return authority.length <= 300;
}

/** Whether a URL has a user name or a password: either may be without the other. */
export function hasCredentials(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}
