/** Where a request came from: the peer, or what a trusted proxy says of its own peer (AL5). */
import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { RequestOrigin } from '../core/audit-act.ts';

export type ReadOrigin = (request: IncomingMessage) => RequestOrigin;

/** `proxies` are addresses or networks (`10.0.0.0/8`); a bad one throws and names itself. */
export function createOriginReader(proxies: readonly string[]): ReadOrigin {
  const trusted = toBlockList(proxies);
  return (request) => ({
    ip: findAddress(request, trusted),
    userAgent: request.headers['user-agent']?.slice(0, 1024) ?? null,
  });
}

function toBlockList(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address);
    if (family === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
      throw new Error(`SYNCLINE_TRUSTED_PROXIES: "${proxy}" is no address and no network`);
    }
    if (bits === undefined) list.addAddress(address, toFamily(family));
    else list.addSubnet(address, Number(bits), toFamily(family));
  }
  return list;
}

/** The right-most address that is no proxy of ours: everything left of it can be made up by anybody. */
function findAddress(request: IncomingMessage, trusted: BlockList): string | null {
  const peer = toAddress(request.socket.remoteAddress ?? '');
  if (peer === null || !isTrusted(trusted, peer)) return peer;
  const chain = readForwarded(request);
  for (const hop of chain.toReversed()) {
    const address = toAddress(hop);
    if (address === null) return peer;
    if (!isTrusted(trusted, address)) return address;
  }
  return peer;
}

function readForwarded({ headers }: IncomingMessage): string[] {
  const { forwarded } = headers;
  if (forwarded !== undefined) {
    return forwarded
      .split(',')
      .map((part) => /(?:^|;)\s*for=("?)([^";]+)\1/i.exec(part)?.[2]?.trim() ?? '')
      .filter((part) => part !== '');
  }
  const list = headers['x-forwarded-for'];
  const text = Array.isArray(list) ? list.join(',') : (list ?? '');
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Without port, brackets and the IPv4-in-IPv6 prefix; null for what is no address. */
function toAddress(text: string): string | null {
  const bare = text.replace(/^\[([^\]]+)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const plain = bare.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  return isIP(plain) === 0 ? null : plain;
}

const isTrusted = (list: BlockList, address: string): boolean => list.check(address, toFamily(isIP(address)));

const toFamily = (family: number): 'ipv4' | 'ipv6' => (family === 6 ? 'ipv6' : 'ipv4');
