import { isIPv4, isIPv6 } from 'node:net';
import { networksOf, unmapped } from './networks.ts';

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

const special = networksOf([...specialIpv4, ...specialIpv6]);
const global = networksOf(globalIpv6);

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
  const networks = networksOf(allowed);
  const hosts = new Set(allowed.map((entry) => entry.toLowerCase()));
  return {
    isHostAllowed: (host) => hosts.has(host.toLowerCase()),
    isAddressAllowed: (address) => {
      const plain = unmapped(address);
      return networks.has(plain) || isPublic(plain);
    },
  };
}

function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special.has(address);
  return isIPv6(address) && global.has(address) && !special.has(address);
}
