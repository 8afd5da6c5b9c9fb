/** Opens, wires and closes everything, by hand: read it downwards to see what the program is made of. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { pollEvents } from '../shared/api/events.ts';
import type { ProjectId } from '../shared/ids.ts';
import { mountApiDocuments } from './api-documents.ts';
import { createApp } from './app.ts';
import { mountBackups } from './backups.ts';
import { EventFigures } from './core/event-figures.ts';
import { openJournal } from './core/journal.ts';
import { Leases } from './core/leases.ts';
import { Operations } from './core/operations.ts';
import { openListener } from './core/listener.ts';
import { openWriteHealth, toDegradations } from './write-health.ts';
import { inBatches, openRetention } from './core/retention.ts';
import { lockDataFolder } from './db/data-folder-lock.ts';
import { openEmbeddedPostgres } from './db/embedded-postgres.ts';
import { migrateDatabase } from './db/migrate.ts';
import { openDatabase, type ConnectionTarget } from './db/open.ts';
import { mountDocuments } from './features/documents/documents-routes.ts';
import { compareOwners } from './features/documents/ownership.ts';
import { createTerminalTest } from './features/documents/tree-settings.ts';
import { mountFreshness } from './features/freshness/freshness-routes.ts';
import { mountHealth } from './features/health/health-routes.ts';
import { mountHealthCheck } from './features/health-check/health-check-routes.ts';
import { openDatabaseProbe } from './features/health/probe.ts';
import { mountMetrics } from './features/metrics/metrics-routes.ts';
import { pruneIssues } from './features/indexing/issue-store.ts';
import { mountOperations } from './features/operations/operations-routes.ts';
import { mountStatus } from './features/operations/status-route.ts';
import { mountTriggers } from './features/operations/trigger-routes.ts';
import { ProjectCommands, projectNotFound } from './features/projects/project-commands.ts';
import { mountStatistics } from './features/statistics/statistics-routes.ts';
import { findActiveProject, findProjectBySlug, renewSyncLeases } from './features/projects/project-store.ts';
import { mountProjects } from './features/projects/projects-routes.ts';
import { SyncStarter } from './features/projects/sync-starter.ts';
import { openDelivery } from './delivery/delivery.ts';
import { createEventsHandler } from './delivery/events-handler.ts';
import { createSocketAdmission } from './delivery/socket-admission.ts';
import { openSocketServer } from './delivery/socket.ts';
import { createDerivations } from './derivation.ts';
import { gatherFigures } from './figures/gather.ts';
import { openGatekeeper } from './gatekeeper.ts';
import { openFreshness } from './freshness.ts';
import { createGuardSettings } from './guard-settings.ts';
import { toRebuildRequest } from './link-rebuilds.ts';
import { createLinks } from './linker.ts';
import { createPlans } from './planner.ts';
import { createSessionTools } from './session-keeper.ts';
import { LogWatch } from './log-watch.ts';
import { createTotals } from './totals.ts';
import { readDerivedFigures } from './derived-figures.ts';
import { mountDerived } from './derived-routes.ts';
import { createIndexer, createSourceProjects } from './indexer.ts';
import { mountItemLinks } from './item-links.ts';
import { mountOperationEvents } from './operation-events-route.ts';
import { openPushing } from './pushing.ts';
import { createPathTriggers } from './path-triggers.ts';
import { createFrontDoor } from './http/front-door.ts';
import { RequestFigures } from './http/request-figures.ts';
import { createOriginReader } from './http/request-origin.ts';
import { systemClock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { Disposer } from './platform/disposer.ts';
import { createGit } from './platform/git.ts';
import { createLogger } from './platform/logger.ts';
import { openLoopMonitor } from './platform/loop-monitor.ts';
import { findPackageRoot } from './platform/package-root.ts';
import { readProcessIdentity } from './platform/process-identity.ts';
import { createSecrets } from './platform/secrets.ts';
import { createSearchIndex } from './searcher.ts';
import { startReactions } from './reactions.ts';
import { Startup } from './startup.ts';
import { Watchers } from './watchers.ts';
import { createWorkflows } from './workflows.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly version: string;
  /** Of the process: git needs `PATH` and `HOME`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folders to register and sync. */
  readonly folders: readonly string[];
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** The slugs of the folders that were asked for, in their order. */
  readonly slugs: readonly string[];
}

const graceMs = 4_000;

export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const disposer = new Disposer();
  try {
    return await open(options, disposer);
  } catch (failure) {
    // What is open already must not outlive a start that failed.
    await disposer[Symbol.asyncDispose]().catch(() => undefined);
    throw failure;
  }
}

async function open(
  { config, version, environment, folders }: ServerOptions,
  disposer: Disposer,
): Promise<RunningServer> {
  const clock = systemClock;
  const log = createLogger(config.SYNCLINE_LOG_LEVEL);
  const stopping = new AbortController();
  const guard = createGuardSettings(config);

  const isEmbedded = config.DATABASE_URL === undefined;
  const { target, announce } = await openStorage(config, disposer, stopping.signal);
  await migrateDatabase(target);
  const database = disposer.use(openDatabase(target));
  const { db } = database;

  const writes = disposer.use(openWriteHealth(database, clock, log));
  const journal = await openJournal(db, clock, writes.watch);
  disposer.use(await openListener(database, journal, log));
  const leases = new Leases(readProcessIdentity(), { ownsDatabase: isEmbedded });
  const loop = disposer.use(openLoopMonitor(clock));
  const git = createGit({ env: environment });
  const homes = { claude: config.SYNCLINE_CLAUDE_HOME, codex: config.SYNCLINE_CODEX_HOME };
  const pathRules = { home: config.home, allowedBase: config.SYNCLINE_ALLOWED_PROJECT_BASE ?? null };
  const limits = {
    maxDocumentBytes: config.SYNCLINE_MAX_DOCUMENT_BYTES,
    followSymlinks: config.SYNCLINE_FOLLOW_SYMLINKS,
  };
  const projects = createSourceProjects(pathRules);
  const sessions = createSessionTools({ db, clock, git, homes, config });
  const logicVersion = config.SYNCLINE_LINKING_LOGIC_VERSION;
  const derivations = createDerivations({
    db,
    clock,
    projects,
    sessions,
    plans: createPlans(db, clock),
    links: createLinks({ db, clock, projects, logicVersion }),
    search: createSearchIndex(db),
    totals: createTotals(sessions.prices, clock),
  });
  const indexer = createIndexer({ db, clock, git, projects, limits, openDerivation: derivations.open });
  let boundUrl = '';
  const pushing = openPushing(
    {
      db,
      journal,
      clock,
      log,
      config,
      version,
      publicUrl: () => config.SYNCLINE_PUBLIC_URL ?? boundUrl,
    },
    disposer,
  );
  const operations = new Operations({
    db,
    journal,
    leases,
    clock,
    log,
    graceMs,
    workflows: createWorkflows({ indexer, derivations, leases, push: pushing.workflow }),
    slots: { index: config.SYNCLINE_MAX_OPERATIONS, push: config.SYNCLINE_MAX_PUSHES },
    retriesInterrupted: config.SYNCLINE_RETRY_INTERRUPTED,
    onHeartbeat: () => renewSyncLeases(db, leases.owner),
  });
  const pushes = pushing.start(operations);
  const starter = new SyncStarter({ db, operations, leases });
  const secrets = createSecrets({
    key: config.SYNCLINE_SECRET_KEY ?? null,
    dataDir: config.SYNCLINE_DATA_DIR,
  });
  const commands = new ProjectCommands({
    journal,
    clock,
    secrets,
    homes,
    pathRules,
    watchesByDefault: config.SYNCLINE_WATCH,
  });
  disposer.use(operations);
  const watchSettings = {
    quietMs: config.SYNCLINE_WATCH_QUIET_MS,
    maxMs: config.SYNCLINE_WATCH_MAX_MS,
    pollMs: config.SYNCLINE_WATCH_POLL_MS,
    nativeAgainMs: config.SYNCLINE_WATCH_RETRY_S * 1000,
    reconcileIntervalS: config.SYNCLINE_RECONCILE_INTERVAL_S,
  };
  const watchers = disposer.use(
    new Watchers({
      indexer,
      sessions,
      journal,
      operations,
      leases,
      loop,
      log,
      settings: watchSettings,
    }),
  );
  const logWatch = config.SYNCLINE_WATCH
    ? disposer.use(new LogWatch({ db, sessions, watchers, loop, log, settings: watchSettings }))
    : null;
  const startup = new Startup({
    db,
    commands,
    operations,
    starter,
    watchers,
    leases,
    log,
    config,
    searchPath: environment.PATH ?? '',
    signal: stopping.signal,
  });

  const delivery = openDelivery({
    journal,
    clock,
    log,
    settings: { maxStreams: config.SYNCLINE_MAX_STREAMS },
    ingestion: writes,
  });
  const readOrigin = createOriginReader(config.SYNCLINE_TRUSTED_PROXIES);
  const gatekeeper = disposer.use(
    await openGatekeeper({
      settings: guard,
      config,
      db,
      journal,
      clock,
      log,
      readOrigin,
      recordAct: pushing.record,
      onEnded: (gate) => delivery.subscribers.revoke((actor) => !gate.isCurrent(actor)),
    }),
  );
  const { gate } = gatekeeper;
  const probe = disposer.use(openDatabaseProbe(target));
  const startedAt = clock.now();
  const isStopping = () => stopping.signal.aborted;
  const freshness = await openFreshness(
    { database, journal, watchers, indexer, clock, log, signal: stopping.signal },
    disposer,
  );
  const heard = new EventFigures();
  const requests = new RequestFigures();
  const directory = { bySlug: findProjectBySlug, active: findActiveProject };
  const app = createApp({
    gate,
    readOrigin,
    log,
    requests,
    pagesFolder: join(findPackageRoot(), 'dist/client'),
    kit: {
      db,
      journal,
      maxBodyBytes: config.SYNCLINE_MAX_BODY_BYTES,
      maxLargeBodyBytes: config.SYNCLINE_MAX_PUSH_BODY_BYTES,
      admitWrite: () => writes.admit(),
    },
    mount(kit) {
      mountHealth(kit.app, {
        db,
        journal,
        probe,
        version,
        startedAt,
        isEmbedded,
        isStopping,
        isLocal: guard.isLocal,
        startupSync: () => startup.state,
        watched: () => watchers.all,
        loopP99Ms: () => loop.p99Ms(),
        degraded: () => [...toDegradations(writes.pause), ...(logWatch?.degraded ?? [])],
      });
      mountMetrics(kit.app, () =>
        gatherFigures({
          db,
          journal,
          delivery,
          probe,
          loop,
          watchers,
          heard,
          requests,
          runningHere: () => operations.runningCount,
          isStopping,
          build: { version, database: isEmbedded ? 'embedded' : 'external' },
        }),
      );
      gatekeeper.mount(kit);
      mountApiDocuments(kit.app, version);
      mountBackups(kit, {
        target,
        version,
        clock,
        auditHead: () => pushing.history.auditHead(),
        stopping: stopping.signal,
      });
      mountProjects(kit, { commands, operations, starter, recordAct: pushing.record });
      mountItemLinks(kit);
      mountDocuments(kit, {
        clock,
        async findProject(tx, slug) {
          const row = await findProjectBySlug(tx, slug);
          if (row === undefined) throw projectNotFound();
          return { ...row, id: row.id as ProjectId };
        },
      });
      mountFreshness(kit, freshness);
      mountStatistics(kit, { createTerminalTest });
      mountHealthCheck(kit, {
        clock,
        createTerminalTest,
        compareOwners: ({ path: file_path, ...one }, { path, ...other }) =>
          compareOwners({ ...one, file_path }, { ...other, file_path: path }),
      });
      mountDerived(kit, { clock, prices: sessions.prices, directory });
      pushing.mount(kit, pushes, delivery);
      mountOperations(kit, { operations, clock, projects: directory, recordAct: pushing.record });
      const events = createEventsHandler(delivery);
      kit.app.get(pollEvents.path, (c) => events(c));
      mountOperationEvents(kit, events);
      mountTriggers(kit, {
        operations,
        projects: directory,
        stopping: stopping.signal,
        foregroundWaitMs: config.SYNCLINE_FOREGROUND_WAIT_S * 1000,
        startSync: (project, ask) => starter.enqueue(project, ask),
        startRebuild: (project, ask) => operations.start(toRebuildRequest(project, ask)),
        ...createPathTriggers({ indexer, operations, signal: stopping.signal }),
      });
      mountStatus(kit, {
        clock,
        isStopping,
        projects: directory,
        watchStatus: (id) => watchers.status(id),
        readDerived: (queryable, id) => readDerivedFigures(queryable, id, logicVersion),
        liveUpdates: () => delivery.liveUpdates(),
      });
    },
  });

  const answer = getRequestListener(app.fetch);
  // Never rejects: every failure has become an answer by then.
  const server = createServer(
    // Without it, it is for us to say so, in the words of every refusal.
    { maxHeaderSize: config.SYNCLINE_MAX_HEADER_BYTES, requireHostHeader: false },
    createFrontDoor((request, response) => void answer(request, response)),
  );
  disposer.defer(() => closeServer(server));
  disposer.use(
    openSocketServer({
      httpServer: server,
      delivery,
      admit: createSocketAdmission(gate),
      isCurrent: (actor) => gate.isCurrent(actor),
    }),
  );
  disposer.use(
    startReactions({
      db,
      journal,
      operations,
      watchers,
      figures: heard,
      hearTokens: () => gatekeeper.hearTokens(),
      log,
      resumePush: config.SYNCLINE_RESUME_PUSHES ? (id) => pushes.resume(id) : null,
    }),
  );
  const url = await listen(server, config);
  boundUrl = url;
  await announce(url);
  await operations.open();
  await pushing.history.settleAbandoned();
  if (config.SYNCLINE_RESUME_PUSHES) {
    // Not awaited: nothing of it delays readiness.
    void pushes
      .resumeAll()
      .catch((failure: unknown) => log.warn({ err: failure }, 'Pushes could not be resumed'));
  }
  disposer.use(
    openRetention({
      db,
      log,
      config,
      async alsoPrune(signal) {
        await pushing.prune();
        const days = config.SYNCLINE_OPERATION_RETENTION_DAYS;
        await inBatches(signal, () => pruneIssues(db, { days, batch: 1000 }));
      },
    }),
  );

  const asked = await startup.register(folders);
  const demo = await startup.ensureDemo().catch((failure: unknown) => {
    // A machine without git, say: an empty first page is no reason not to start.
    log.warn({ err: failure }, 'The demo project could not be made');
    return [];
  });
  // Not awaited: nothing of the first syncs delays readiness (SU1). Never rejects.
  void startup.run([...asked, ...demo]);
  // First of all when closing: streams are told goodbye while their connections still stand (SS5).
  disposer.defer(async () => {
    stopping.abort();
    await delivery[Symbol.asyncDispose]();
  });
  return {
    url,
    slugs: asked.map((project) => project.slug),
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

/** An external database as it is, or our own under the lock of its folder. */
async function openStorage(
  config: Config,
  disposer: Disposer,
  signal: AbortSignal,
): Promise<{ target: ConnectionTarget; announce: (url: string) => Promise<void> | void }> {
  if (config.DATABASE_URL !== undefined) return { target: config.DATABASE_URL, announce: () => undefined };
  const lock = disposer.use(await lockDataFolder({ dataDir: config.SYNCLINE_DATA_DIR }));
  const postgres = disposer.use(await openEmbeddedPostgres({ dataDir: config.SYNCLINE_DATA_DIR, signal }));
  return { target: postgres.connection, announce: (url) => lock.announce(url) };
}

async function listen(server: Server, { SYNCLINE_HOST, SYNCLINE_PORT }: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(SYNCLINE_PORT, SYNCLINE_HOST, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Streams have been told goodbye by now; what is left is not worth waiting for.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
