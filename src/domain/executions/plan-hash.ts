import { createHmac } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';

/**
 * A hash of a plan, with whatever else makes two submissions the same, whatever the order of its keys. Without the key, it
 * tells nothing: a plan that is known but for a password cannot be tried out. Brackets and quotes of JSON keep the parts apart.
 */
export function planHash(key: Buffer, value: unknown): string {
  return createHmac('sha256', key)
    .update(stringify(value) ?? '')
    .digest('hex');
}
