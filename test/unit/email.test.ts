import { expect, test } from 'vitest';
import { emailSchema, foldedEmail, isEmail } from '../../src/shared/email.ts';

test('two letter cases are one address, and characters that only look alike are not', () => {
  expect(foldedEmail('Ann.O@Example.ORG')).toBe('ann.o@example.org');
  expect(foldedEmail('\u212ay@example.org')).toBe('\u212ay@example.org');
  expect(emailSchema.parse(' Ann@Example.org ')).toBe('ann@example.org');
});

test.each(['', 'ann', 'a b@example.org', 'a@b@c', 'a\0@example.org', `${'a'.repeat(250)}@b.org`, '\u212ay'])(
  '%j is no address',
  (text) => {
    expect(isEmail(text)).toBe(false);
    expect(emailSchema.safeParse(text).success).toBe(false);
  },
);

test('an issuer may know an address that none is invited by', () => {
  expect([isEmail('ann@localhost'), emailSchema.safeParse('ann@localhost').success]).toEqual([true, false]);
  expect([isEmail('\u212ay@example.org'), emailSchema.safeParse('\u212ay@example.org').success]).toEqual([true, false]);
});
