import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { networksOf } from '../../src/infra/http/networks.ts';
import { clientAddress, networkOf } from '../../src/server/client-address.ts';

const trusted = ['10.0.0.0/8', '127.0.0.1', '2001:db8:ffff::/48'];
const addressOf = clientAddress(networksOf(trusted));
const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
  addressOf({ socket: { remoteAddress }, headers } as unknown as IncomingMessage);
const xff = (list: string) => ({ 'x-forwarded-for': list });

describe('without a trusted proxy', () => {
  test.each(['203.0.113.9', '192.168.0.1', '2001:db8::1'])('headers of %s are not read', (peer) => {
    expect(from(peer, xff('198.51.100.7'))).toBe(peer);
    expect(from(peer, { forwarded: 'for=198.51.100.7' })).toBe(peer);
  });

  test('no proxy is trusted by default', () => {
    const request = { socket: { remoteAddress: '127.0.0.1' }, headers: xff('198.51.100.7') };
    expect(clientAddress(networksOf([]))(request as unknown as IncomingMessage)).toBe('127.0.0.1');
  });
});

describe('behind trusted proxies', () => {
  test.each<[string, Record<string, string>, string]>([
    ['one proxy', xff('198.51.100.7'), '198.51.100.7'],
    ['two proxies', xff('198.51.100.7, 10.2.3.4'), '198.51.100.7'],
    ['a spoofed entry before the true one', xff('1.2.3.4, 198.51.100.7'), '198.51.100.7'],
    ['a spoofed address of a proxy', xff('10.9.9.9, 198.51.100.7, 10.2.3.4'), '198.51.100.7'],
    ['garbage before the true one', xff('", for=x, <script>, 198.51.100.7'), '198.51.100.7'],
    ['a proxy that knows no address', xff('198.51.100.7, unknown'), '10.0.0.1'],
    ['a hop that knew no address', xff('198.51.100.7, unknown, 10.2.3.4'), '10.2.3.4'],
    ['an empty header', xff(''), '10.0.0.1'],
    ['no header', {}, '10.0.0.1'],
    ['requests from inside', xff('10.5.5.5, 10.2.3.4'), '10.5.5.5'],
    ['a port', xff('198.51.100.7:50123'), '198.51.100.7'],
    ['IPv6', xff('2001:DB8:0:0::7'), '2001:db8::7'],
    ['IPv6 with a port', xff('[2001:db8::7]:50123'), '2001:db8::7'],
    ['a trusted proxy with IPv6', xff('2001:db8::7, 2001:db8:ffff::2'), '2001:db8::7'],
    ['IPv4 mapped to IPv6', xff('::ffff:198.51.100.7, ::ffff:10.2.3.4'), '198.51.100.7'],
    ['IPv4 mapped to IPv6, in hexadecimal', xff('::ffff:c633:6407'), '198.51.100.7'],
    ['Forwarded', { forwarded: 'for=198.51.100.7;proto=https, for=10.2.3.4;by=10.0.0.1' }, '198.51.100.7'],
    ['Forwarded in any case and order', { forwarded: 'proto=https; For="198.51.100.7:4711"' }, '198.51.100.7'],
    ['Forwarded with IPv6', { forwarded: 'for="[2001:db8::7]:4711"' }, '2001:db8::7'],
    ['Forwarded after a quote that stays open', { forwarded: 'for="1.2.3.4, for=198.51.100.7' }, '198.51.100.7'],
    ['Forwarded with a hidden name', { forwarded: 'for=198.51.100.7, for=_hidden' }, '10.0.0.1'],
    ['both headers', { ...xff('198.51.100.7'), forwarded: 'for=1.2.3.4' }, '198.51.100.7'],
  ])('%s', (_name, headers, expected) => {
    expect(from('10.0.0.1', headers)).toBe(expected);
    expect(from('::ffff:10.0.0.1', headers)).toBe(expected);
  });
});

test.each([
  ['198.51.100.7', '198.51.100.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('failures of %s count for %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
