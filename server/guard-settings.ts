/** From the settings to what the gate asks; refuses a bind address that would leave the server open (GU1, GU2, GU10). */
import type { GuardSettings } from './http/gate.ts';
import type { RateSettings } from './http/rate-limits.ts';
import type { Rate } from './http/token-bucket.ts';
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

export function createRateSettings(config: Config): RateSettings {
  // Where nobody is asked who they are, all programs of the machine are one client.
  const factor = config.SYNCLINE_TOKEN === undefined ? 50 : 1;
  return {
    requests: toRate(config.SYNCLINE_RATE_LIMIT * factor, 10),
    streams: toRate(config.SYNCLINE_STREAM_RATE_LIMIT * factor, 20),
    failures: toRate(config.SYNCLINE_TOKEN_FAILURES / 60, 60),
  };
}

const toRate = (perSecond: number, burstS: number): Rate | null =>
  perSecond === 0 ? null : { perSecond, burst: perSecond * burstS };
