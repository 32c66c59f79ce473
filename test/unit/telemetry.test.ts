import { OperationTypeNode } from 'graphql';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/infra/log/logger.ts';
import { createMetrics } from '../../src/infra/telemetry.ts';
import { closeExchange, openExchange } from '../../src/server/exchange.ts';
import { serverMetrics } from '../../src/server/metrics.ts';

function logged(fields: object): { line: string; err: { message: string; code?: string; causes?: object[] } } {
  const lines: string[] = [];
  createLogger({ log: { level: 'info' } }, { write: (text) => void lines.push(text) }).error(fields, 'x');
  const line = lines.join('');
  return { line, ...JSON.parse(line) };
}

test('an error is told with its code and causes, and nothing that a driver hung onto it', () => {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const error = Object.assign(new Error('lost', { cause }), {
    code: '57P01',
    client: { connectionParameters: { password: 'hunter2', host: 'db' } },
  });
  const { line, err } = logged({ err: error });
  expect(err).toMatchObject({ message: 'lost', code: '57P01', causes: [{ message: 'refused', code: 'ECONNREFUSED' }] });
  expect(line).not.toContain('hunter2');
});

test('what is thrown without being an error is told as text', () => {
  expect(logged({ err: 'plain' }).err.message).toBe('plain');
});

test.each([
  { token: 'abc' },
  { token: { text: 'abc' } },
  { headers: { authorization: 'Bearer abc' } },
  { request: { headers: { cookie: 'abc' } } },
  { request: Object.create(null, { headers: { value: { cookie: 'abc' }, enumerable: true } }) },
  { calls: [{ connectionParams: 'abc' }] },
  { failed: Object.assign(new Error('lost'), { client: { password: 'abc' } }) },
])('fields that are named like credentials are left out: %j', (fields) => {
  expect(logged(fields).line).not.toContain('abc');
});

test('everything else is logged as it is', () => {
  const at = new Date(0);
  const fields = { n: 1, no: null, is: false, at, list: [1, { deep: { deeper: { deepest: 1 } } }], left: undefined };
  const { list } = fields;
  expect(JSON.parse(logged(fields).line)).toMatchObject({ n: 1, no: null, is: false, at: at.toJSON(), list });
});

test('texts are shortened, whatever they are from', () => {
  const text = 'x'.repeat(950_000);
  const cause = new AggregateError(
    Array.from({ length: 500 }, () => new Error(text)),
    text,
  );
  expect(logged({ operation: text, err: Object.assign(new Error(text), { cause }) }).line.length).toBeLessThan(150_000);
  expect(logged({ operation: text }).line.length).toBeLessThan(5_000);
});

test('the name of an operation is shortened in the line of its request', () => {
  const lines: string[] = [];
  const log = createLogger({ log: { level: 'info' } }, { write: (text) => void lines.push(text) });
  const exchange = openExchange('http');
  exchange.operation = { type: OperationTypeNode.QUERY, name: 'N'.repeat(30_000) };
  closeExchange(exchange, log, serverMetrics(createMetrics()));
  expect(JSON.parse(lines.join(''))).toMatchObject({ msg: 'request', operation: `${'N'.repeat(99)}…` });
});
