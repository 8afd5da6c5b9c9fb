/** Which addresses lie on this machine or in its network: none of them is a service on the internet (CN7, GU9). */
import { BlockList, isIP } from 'node:net';

/** Anything that is no address counts as private: what cannot be judged is not called. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(bare);
  return family === 0 || privateNetworks().check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/** This network, private, shared, loopback, link-local, protocol, test, multicast, reserved and broadcast. */
const ipv4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Unspecified, loopback and IPv4-compatible; Teredo, documentation, 6to4; local, link-local, site-local, multicast. */
const ipv6: readonly (readonly [network: string, prefix: number])[] = [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

let networks: BlockList | undefined;

function privateNetworks(): BlockList {
  if (networks !== undefined) return networks;
  networks = new BlockList();
  for (const [network, prefix] of ipv6) networks.addSubnet(network, prefix, 'ipv6');
  for (const [network, prefix] of ipv4) {
    networks.addSubnet(network, prefix, 'ipv4');
    // The same networks seen through an IPv4-mapped address and through NAT64.
    networks.addSubnet(`::ffff:${network}`, 96 + prefix, 'ipv6');
    networks.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
  }
  return networks;
}
