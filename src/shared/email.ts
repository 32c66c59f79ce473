import { z } from 'zod';
import { textOf } from './maximum.ts';
import { isStorable, upTo } from './validate.ts';

export const emailLength = textOf(254, 'An e-mail address');

/** Whether a text can be the address of a user, as an issuer of tokens or the operator of the server knows them. */
export function isEmail(text: string): boolean {
  return text.length <= emailLength.max && /^[^\s@]+@[^\s@]+$/.test(text) && isStorable(text);
}

/**
 * An address as it is stored and compared. Only letters of ASCII have two cases: the Kelvin sign is another character than
 * k, though its lower case is not.
 */
export function foldedEmail(email: string): string {
  return email.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** An address to send e-mails to, folded. */
export const emailSchema = z
  .string()
  .trim()
  .transform(foldedEmail)
  .refine(...upTo(emailLength))
  .pipe(z.email());
