import { expect, test } from 'vitest';
import { isDatabaseUnavailable } from '../../src/infra/postgres/failures.ts';
import { AppError } from '../../src/shared/errors.ts';

const failed = (fields: object, message = 'failed') => Object.assign(new Error(message), fields);

test.each([
  ['a refused connection', failed({ code: 'ECONNREFUSED' })],
  ['a write to a connection that is closed', failed({ code: 'EPIPE' })],
  ['no route to the server', failed({ code: 'ENETUNREACH' })],
  ['all addresses refused', new AggregateError([failed({ code: 'ECONNREFUSED' })])],
  ['a standby', failed({ code: '25006' })],
  ['too many connections', failed({ code: '53300', severity: 'FATAL' })],
  ['a full disk', failed({ code: '53100', severity: 'ERROR' })],
  ['a deadlock', failed({ code: '40P01', severity: 'ERROR' })],
  ['a statement that an operator ended', failed({ code: '57014', severity: 'ERROR' })],
  ['a password that is refused', failed({ code: '28P01', severity: 'FATAL' })],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
  ['a server that does not answer', new Error('The database did not answer within 5000 ms.')],
  ['a lost connection', new Error('Connection terminated unexpectedly')],
  ['a closed connection', new Error('Client was closed and is not queryable')],
  ['a connection that Prisma lost', new Error('query failed', { cause: failed({ kind: 'ConnectionClosed' }) })],
  ['no turn of the tenant', new AppError('UNAVAILABLE', 'The server is busy.')],
])('%s means that the database is not available', (_, error) => {
  expect(isDatabaseUnavailable(error)).toBe(true);
});

test.each([
  ['a mistake in the code', new TypeError('x is not a function')],
  ['a row that exists', failed({ code: '23505', severity: 'ERROR' })],
  ['a wrong statement', failed({ code: '42601', severity: 'ERROR' })],
  ['a refusal', new AppError('CONFLICT', 'It is completed.')],
  ['nothing', undefined],
])('%s does not', (_, error) => {
  expect(isDatabaseUnavailable(error)).toBe(false);
});
