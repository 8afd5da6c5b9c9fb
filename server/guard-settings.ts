/** From the settings to what the guard asks; refuses a bind address that would leave the server open (GU1, GU2). */
import type { GuardSettings } from './http/guard.ts';
import { BadSettings, type Config } from './platform/config.ts';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

export function createGuardSettings(config: Config): GuardSettings & { isLocal: boolean } {
  const { SYNCLINE_HOST: host, SYNCLINE_TOKEN: token = null } = config;
  const isLocal = ['localhost', '127.0.0.1', '::1'].includes(host);
  if (!isLocal && token === null && !config.isInsecure) {
    throw new BadSettings(
      `SYNCLINE_HOST=${host} makes the server reachable for others: set SYNCLINE_TOKEN too, or start with --insecure.`,
    );
  }
  const bound = host.includes(':') ? `[${host}]` : host;
  const hosts = [...loopback, bound, ...config.SYNCLINE_ALLOWED_HOSTS].map((name) => name.toLowerCase());
  return { hosts: [...new Set(hosts)], origins: config.SYNCLINE_ALLOWED_ORIGINS, token, isLocal };
}
