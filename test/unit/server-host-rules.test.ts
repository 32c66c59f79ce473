import { expect, test } from 'vitest';
import { isHostAllowed, isOriginAllowed } from '../../src/server/host-rules.ts';
import { closeFrameOf } from '../../src/server/websocket/close-codes.ts';

const http = {
  allowedHosts: ['localhost', '[::1]', 'Errand.example:8443'],
  corsOrigins: ['https://board.example'],
  publicUrl: 'https://errand.example:8443',
};

test.each([
  ['localhost', true],
  ['localhost:4000', true],
  ['LOCALHOST:4000', true],
  ['[::1]:4000', true],
  ['errand.example:8443', true],
  ['errand.example', false],
  ['errand.example:1', false],
  ['localhost.evil.example', false],
  ['', false],
  [undefined, false],
])('host %s is answered: %s', (host, expected) => {
  expect(isHostAllowed(http, host)).toBe(expected);
});

test('every host is answered when none is listed', () => {
  expect(isHostAllowed({ ...http, allowedHosts: [] }, 'anything')).toBe(true);
});

test.each([
  [undefined, true],
  ['http://localhost:4000', true],
  ['https://board.example', true],
  ['https://errand.example:8443', true],
  ['http://localhost:4001', false],
  ['https://board.example.evil.example', false],
  ['null', false],
  ['', false],
])('origin %s may connect to localhost:4000: %s', (origin, expected) => {
  expect(isOriginAllowed(http, origin, 'localhost:4000')).toBe(expected);
});

test('a close reason fits into its frame, cut between characters', () => {
  const { code, reason } = closeFrameOf({ code: 'FORBIDDEN', message: 'ü€'.repeat(60) });
  expect(code).toBe(4403);
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  expect('ü€'.repeat(60).startsWith(reason)).toBe(true);
});
