import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';

/** IP addresses and networks (`10.1.0.0/16`). Other entries are ignored. */
export type Networks = { has(address: string): boolean };

export function networksOf(entries: readonly string[]): Networks {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    if (isIP(address) === 0) continue;
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return {
    has(address) {
      const plain = unmapped(address);
      return isIP(plain) > 0 && list.check(plain, familyOf(plain));
    },
  };
}

/**
 * An address as it is compared: without a zone, in lower case, and IPv4 even if it is mapped to IPv6, because
 * `::ffff:127.0.0.1` reaches the same host as `127.0.0.1`. Any other text is returned as it is.
 */
export function unmapped(address: string): string {
  const plain = address.split('%')[0] ?? '';
  if (isIP(plain) !== 6) return plain;
  const canonical = new SocketAddress({ address: plain, family: 'ipv6' }).address;
  const mapped = /^::ffff:([\d.]+)$/.exec(canonical)?.[1];
  return mapped && isIPv4(mapped) ? mapped : canonical;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
