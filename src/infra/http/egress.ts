import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** IPv4 networks that are not on the public internet (IANA's special-purpose registry, RFC 6890). */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Global unicast, the only IPv6 range on the public internet, and the special networks within it. */
const globalIpv6 = ['2000::/3'];
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const special = blockList([...specialIpv4, ...specialIpv6]);
const global = blockList(globalIpv6);

/** Decides to which addresses Errand may connect on behalf of a user. */
export type Egress = {
  isHostAllowed(host: string): boolean;
  isAddressAllowed(address: string): boolean;
};

/**
 * The addresses that requests of users may reach: the public internet, and what the operator allows in addition, as
 * networks (`10.1.0.0/16`), addresses or host names. A host name in the list allows every address that it resolves to.
 */
export function createEgress(allowed: readonly string[]): Egress {
  const networks = blockList(allowed.filter((entry) => isIP(entry.split('/')[0] ?? '') > 0));
  const hosts = new Set(allowed.map((entry) => entry.toLowerCase()));
  return {
    isHostAllowed: (host) => hosts.has(host.toLowerCase()),
    isAddressAllowed: (address) => {
      const plain = unmapped(address);
      return networks.check(plain, family(plain)) || isPublic(plain);
    },
  };
}

function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return isIPv6(address) && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** `::ffff:127.0.0.1` reaches the same host as `127.0.0.1`. */
function unmapped(address: string): string {
  const plain = address.split('%')[0] ?? '';
  const mapped = /^::ffff:([\d.]+)$/i.exec(plain)?.[1];
  return mapped && isIPv4(mapped) ? mapped : plain;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  }
  return list;
}
