import { describe, expect, test } from 'vitest';
import { parseJsonPath, readJsonPath } from '../../src/domain/executions/step-types/json-path.ts';
import { retryAfterMs } from '../../src/domain/executions/step-types/retry-after.ts';
import { StepFailure, type StepPort } from '../../src/domain/executions/step-types/step-type.ts';
import { validate } from '../../src/domain/executions/step-types/validate.ts';
import { createEgress } from '../../src/infra/http/egress.ts';

describe('egress', () => {
  const closed = createEgress([]);

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'no address',
  ])('refuses %s', (address) => {
    expect(closed.isAddressAllowed(address)).toBe(false);
  });

  test.each(['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700:4700::1111'])('lets through %s', (address) => {
    expect(closed.isAddressAllowed(address)).toBe(true);
  });

  test('lets through what the operator allows', () => {
    const open = createEgress(['10.1.0.0/16', '127.0.0.1', 'fd00::/8', 'Intra.example']);
    expect(open.isAddressAllowed('10.1.2.3')).toBe(true);
    expect(open.isAddressAllowed('10.2.0.1')).toBe(false);
    expect(open.isAddressAllowed('::ffff:127.0.0.1')).toBe(true);
    expect(open.isAddressAllowed('127.0.0.2')).toBe(false);
    expect(open.isAddressAllowed('fd00::5')).toBe(true);
    expect(open.isHostAllowed('intra.example')).toBe(true);
    expect(open.isHostAllowed('evil.intra.example')).toBe(false);
  });
});

describe('a path', () => {
  const value = { body: { items: [{ id: 7, 'a b': true }] }, status: 200 };

  test.each([
    ['', value],
    ['$', value],
    ['status', 200],
    ['$.body.items[0].id', 7],
    ['body["items"][0]["a b"]', true],
    ['body.items[1]', undefined],
    ['status.toString', undefined],
    ['__proto__', undefined],
    ['body.items.length', 1],
  ])('%s leads to %j', (text, found) => {
    const path = parseJsonPath(text);
    expect(path).not.toBeNull();
    expect(readJsonPath(value, path ?? [])).toEqual(found);
  });

  test.each(['a..b', '[x]', 'a[', 'a b', '$.*', '..a', '[-1]'])('%s is none', (text) => {
    expect(parseJsonPath(text)).toBeNull();
  });
});

describe('Retry-After', () => {
  const date = 'Sat, 28 Nov 2026 11:00:00 GMT';

  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Sat, 28 Nov 2026 11:01:30 GMT', 90_000],
    ['Sat, 28 Nov 2026 10:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['9'.repeat(40), undefined],
    ['2027-01-01', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%j is %j ms', (asked, ms) => {
    expect(retryAfterMs({ 'retry-after': asked, date })).toBe(ms);
  });

  test('says nothing when it is missing, or a time without the time of the answer', () => {
    expect(retryAfterMs({ date })).toBeUndefined();
    expect(retryAfterMs({ 'retry-after': 'Sat, 28 Nov 2026 11:01:30 GMT' })).toBeUndefined();
  });
});

describe('validate', () => {
  const outputs = new Map<string, unknown>([
    ['get', { status: 200, body: { tags: ['a', 'b'], text: 'hello', n: null } }],
  ]);
  const port = { outputs, log: () => {} } as Partial<StepPort> as StepPort;
  const holds = async (check: object) => {
    const input = validate.schema.parse({ checks: [{ step: 'get', ...check }] });
    const result = await validate.run(input, port).catch((error: unknown) => error);
    return result instanceof StepFailure ? result.message : result;
  };

  test.each([
    { path: 'status', equals: 200 },
    { path: 'body.tags', contains: 'b' },
    { path: 'body.text', contains: 'ell' },
    { path: 'body', contains: { text: 'hello' } },
    { path: 'body.n', equals: null },
    { path: 'body.n', exists: true },
    { path: 'body.x', exists: false },
  ])('%j holds', async (check) => {
    expect(await holds(check)).toEqual({ output: { checked: 1 } });
  });

  test.each<[object, string]>([
    [{ path: 'status', equals: 201 }, 'get.status is 200, not 201.'],
    [{ path: 'status', equals: '200' }, 'get.status is 200, not "200".'],
    [{ path: 'body.tags', contains: 'c' }, 'get.body.tags is ["a","b"], without "c".'],
    [{ path: 'body.x', exists: true }, 'get.body.x does not exist.'],
    [{ path: 'body.x', equals: 1 }, 'get.body.x is missing, not 1.'],
  ])('%j fails, saying so', async (check, message) => {
    expect(await holds(check)).toBe(message);
  });
});
