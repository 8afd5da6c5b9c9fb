/** Resolves a host for one connection and refuses private addresses: what was checked is what is connected to (CN7). */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { hostFailure } from './host-rules.ts';
import { isPrivateAddress } from './private-addresses.ts';

export function checkAddresses(lookup: LookupFunction = systemLookup as LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      if (error !== null) return callback(error, address, family);
      const refused = toList(address).find((found) => isPrivateAddress(found));
      if (refused === undefined) return callback(null, address, family);
      return callback(toRefusal(hostname, refused), address, family);
    });
  };
}

const toList = (found: string | LookupAddress[]): string[] =>
  typeof found === 'string' ? [found] : found.map(({ address }) => address);

const toRefusal = (hostname: string, address: string): Error =>
  hostFailure(
    `${hostname} resolves to ${address}, which is not an address on the internet; add the host to SYNCLINE_ALLOWED_UPSTREAM_HOSTS to allow it.`,
  );
