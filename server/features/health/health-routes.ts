/** `/livez`, `/readyz`, `/api/v1/system/health` and `/api/health`: open to all, never cached (SH, ST4, ST5). */
import type { Context, Hono } from 'hono';
import { toEventId, toTimestamp } from '../../../shared/ids.ts';
import type {
  Degradation,
  Health,
  Readiness,
  SystemHealth,
  WatchStatus,
} from '../../../shared/views/status.ts';
import { countByStatus } from '../../core/operation-store.ts';
import type { Journal } from '../../core/journal.ts';
import type { Db } from '../../db/open.ts';
import type { HttpEnv } from '../../http/http-env.ts';
import type { DatabaseProbe } from './probe.ts';

export interface WatchedProject {
  readonly slug: string;
  readonly status: WatchStatus;
  readonly remedy: string | null;
}

export interface HealthOptions {
  readonly db: Db;
  readonly journal: Journal;
  readonly probe: DatabaseProbe;
  readonly version: string;
  readonly startedAt: Date;
  readonly isEmbedded: boolean;
  readonly isLocal: boolean;
  readonly isStopping: () => boolean;
  readonly startupSync: () => Health['startupSync'];
  readonly watched: () => readonly WatchedProject[];
  readonly loopP99Ms: () => number;
  readonly degraded: () => readonly Degradation[];
}

export function mountHealth(app: Hono<HttpEnv>, options: HealthOptions): void {
  app.get('/livez', (c) => answer(c, { status: 'live' }, 200));

  app.get('/readyz', async (c) => {
    const reasons: Readiness['reasons'] = [];
    if (options.isStopping()) reasons.push('draining');
    if (!(await options.probe.isConnected())) reasons.push('database');
    const isReady = reasons.length === 0;
    return answer(c, { status: isReady ? 'ready' : 'not_ready', reasons }, isReady ? 200 : 503);
  });

  app.get('/api/v1/system/health', async (c) => {
    const isConnected = await options.probe.isConnected();
    const health: SystemHealth = {
      status: isConnected ? 'healthy' : 'unhealthy',
      database: isConnected ? 'connected' : 'disconnected',
      version: options.version,
      // The server does not listen before its migrations have run.
      migration_ok: isConnected,
      fts_ok: isConnected,
      ready: isConnected && !options.isStopping(),
      degraded: [...options.degraded(), ...watchTroubles(options)].map(({ message }) => message),
    };
    return answer(c, health, isConnected ? 200 : 503);
  });

  app.get('/api/health', async (c) => {
    const isConnected = await options.probe.isConnected();
    const health = isConnected ? await readHealth(options) : toUnavailable(options);
    return answer(c, health, isConnected ? 200 : 503);
  });
}

function answer(c: Context<HttpEnv>, body: object, status: 200 | 503): Response {
  c.header('Cache-Control', 'no-store');
  return c.json(body, status);
}

async function readHealth(options: HealthOptions): Promise<Health> {
  const { db, journal } = options;
  const [position, operations] = await Promise.all([journal.position(), countByStatus(db)]);
  const degraded = [...options.degraded(), ...watchTroubles(options)];
  return {
    ...toFacts(options),
    status: degraded.length === 0 ? 'ok' : 'degraded',
    db: 'connected',
    operations,
    journal: {
      epoch: position.epoch,
      head: toEventId(position.epoch, position.head),
      oldest: toEventId(position.epoch, position.oldest),
    },
    degraded,
  };
}

function toUnavailable(options: HealthOptions): Health {
  const { epoch } = options.journal;
  const head = toEventId(epoch, options.journal.head());
  return {
    ...toFacts(options),
    status: 'unavailable',
    db: 'disconnected',
    operations: { running: 0, queued: 0 },
    journal: { epoch, head, oldest: head },
    degraded: [{ code: 'database', message: 'The database does not answer', remedy: null }],
  };
}

function toFacts(options: HealthOptions) {
  const watched = options.watched();
  return {
    watcher: toOverall(watched),
    profile: options.isLocal ? ('local' as const) : ('server' as const),
    startupSync: options.startupSync(),
    analyticsSnapshots: 'idle' as const,
    storageMode: options.isEmbedded ? ('embedded' as const) : ('external' as const),
    storageBackend: 'postgres' as const,
    version: options.version,
    startedAt: toTimestamp(options.startedAt),
    uptimeMs: Math.max(0, Date.now() - options.startedAt.getTime()),
    projects: watched.map(({ slug, status }) => ({
      slug,
      watchState: status.state,
      reason: status.reason,
      progressStatus: status.progressStatus,
    })),
    eventLoop: { p99Ms: options.loopP99Ms() },
  };
}

const troubled: readonly string[] = ['polling', 'retrying', 'halted'];

function toOverall(watched: readonly WatchedProject[]): Health['watcher'] {
  if (watched.some(({ status }) => troubled.includes(status.state))) return 'degraded';
  return watched.some(({ status }) => status.running) ? 'running' : 'stopped';
}

function watchTroubles({ watched }: HealthOptions): Degradation[] {
  return watched()
    .filter(({ status }) => troubled.includes(status.state))
    .map(({ slug, status, remedy }) => ({
      code: `watch_${status.state}`,
      message: `Project ${slug}: ${status.reason ?? status.state}`,
      remedy,
    }));
}
