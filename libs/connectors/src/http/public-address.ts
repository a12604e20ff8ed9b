import { BlockList, isIP } from 'node:net';

/** IPv4 that is not the public internet (IANA special-purpose address registry), cloud metadata among it. */
const notPublicV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
];

/**
 * Inside of what IPv6 gives out to the public: documentation, and ranges that carry an IPv4 address of anybody's choice.
 * Everything outside of 2000::/3 (loopback, mapped, translated, local, multicast) is not public to begin with.
 */
const notPublicV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const blocked = new BlockList();
for (const [family, nets] of [
  ['ipv4', notPublicV4],
  ['ipv6', notPublicV6],
] as const) {
  for (const net of nets) {
    const [address = '', bits] = net.split('/');
    blocked.addSubnet(address, Number(bits), family);
  }
}
const givenOut = new BlockList();
givenOut.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is one of the public internet. A text that is no address is not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4');
    case 6:
      return givenOut.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
    default:
      return false;
  }
}
