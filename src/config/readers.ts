import { isIP } from 'node:net';
import { z } from 'zod';
import { hasCredentials } from '../shared/validate.ts';

/** A trimmed text. */
export const text = z.string().trim();

export function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

export function oneOf<const T extends string>(values: readonly T[]): z.ZodType<T, string> {
  return z.enum(values, `must be one of ${values.join(', ')}`) as unknown as z.ZodType<T, string>;
}

/** Values separated by commas; spaces around them are ignored. */
export const list = z.string().transform((value) => value.split(',').flatMap((item) => item.trim() || []));

/** Networks (`10.1.0.0/16`), addresses and host names. */
export const destinations = list.refine(
  (all) => all.every(isDestination),
  'must be networks such as 10.1.0.0/16, IP addresses or host names, separated by commas',
);

/** Networks and addresses. */
export const networks = list.refine(
  (all) => all.every(isNetwork),
  'must be networks such as 10.1.0.0/16 or IP addresses, separated by commas',
);

function isDestination(entry: string): boolean {
  return isNetwork(entry) || /^(?=.*[a-z])[a-z\d_-]+(\.[a-z\d_-]+)*$/i.test(entry);
}

function isNetwork(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  if (bits === undefined) return version > 0;
  return version > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** An absolute address with one of these schemes, such as `https`. */
export function url(schemes: readonly string[]): z.ZodType<string, string> {
  const message = `must be a URL such as ${schemes.map((scheme) => `${scheme}://host`).join(' or ')}`;
  const isFitting = (value: string) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1));
  return text.refine(isFitting, message);
}

/** An http address. Credentials in it would be logged, and `fetch` refuses them. */
export const httpUrl = url(['https', 'http']).refine(
  (value) => !hasCredentials(value),
  'must not contain a user name or a password',
);

/** Scheme, host and port, without the slash at the end. */
export const origin = httpUrl
  .refine((value) => new URL(value).pathname === '/', 'must be a URL without a path')
  .transform((value) => new URL(value).origin);

export const origins = list.pipe(
  z.array(httpUrl, 'must be URLs separated by commas').transform((all) => all.map((one) => new URL(one).origin)),
);

/** An address, or a name and an address in angle brackets (RFC 5322, 3.4). */
export const mailbox = text.regex(
  /^([^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/,
  'must be an e-mail address such as Errand <errand@example.org>',
);

/** 32 bytes in base64 or base64url. */
export const key32 = text
  .transform((value) => Buffer.from(value, 'base64'))
  .refine((bytes) => bytes.length === 32, 'must be 32 random bytes in base64: openssl rand -base64 32');
