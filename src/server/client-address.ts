import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { type Networks, unmapped } from '../infra/http/networks.ts';

/** The IP address of the client that a request comes from. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * Reads the address that the nearest trusted proxy has seen, from `X-Forwarded-For` or else from `Forwarded` (RFC 7239).
 * Proxies append to these headers, so they are read from the right, and only as far as each hop is a trusted proxy:
 * what is on the left of that was sent by the client, who can write anything there.
 */
export function clientAddress(trustedProxies: Networks): ClientAddress {
  return ({ socket, headers }) => {
    let address = unmapped(socket.remoteAddress ?? '');
    if (!trustedProxies.has(address)) return address;
    for (const hop of hopsOf(headers).reverse()) {
      const before = addressOf(hop);
      if (!before) return address;
      address = before;
      if (!trustedProxies.has(address)) return address;
    }
    return address;
  };
}

/**
 * The network that failures of an address are counted for. Whoever has one IPv6 address usually has a network of them
 * with 64 bits (RFC 6177).
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [left = '', right] = address.split('::');
  const groups = left.split(':').filter(Boolean);
  if (right === undefined || groups.length >= 4) return groups.slice(0, 4).join(':');
  const rest = right.split(':').filter(Boolean);
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => '0');
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
}

function hopsOf(headers: IncomingMessage['headers']): string[] {
  const list = headers['x-forwarded-for'] ?? headers.forwarded ?? '';
  const entries = (Array.isArray(list) ? list.join(',') : list).split(',');
  return 'x-forwarded-for' in headers ? entries : entries.map((entry) => forwardedFor.exec(entry)?.[1] ?? '');
}

/** Entries are split at every comma: a quote that the client left open must not hide what proxies appended. */
const forwardedFor = /(?:^|;)\s*for\s*=\s*"?([^";]*)/i;

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`; null for names such as `unknown`. */
function addressOf(hop: string): string | null {
  const text = hop.trim();
  const plain = /^\[([^\]]*)\]/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(plain) > 0 ? unmapped(plain) : null;
}
