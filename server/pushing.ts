/** Pushes wired: connections to outside services, sources, history and the run itself, and the routes over them. */
import type { Context } from 'hono';
import { AppError } from '../shared/failure.ts';
import type { RecordAct } from './core/audit-act.ts';
import type { Journal } from './core/journal.ts';
import type { Operations } from './core/operations.ts';
import type { Workflow } from './core/workflow.ts';
import type { Db, Queryable, Transaction } from './db/open.ts';
import type { Delivery } from './delivery/delivery.ts';
import { readPushPage, resumePush, streamPush } from './delivery/push-events.ts';
import { readDocumentSource } from './document-source.ts';
import { ConnectionCommands } from './features/connections/connection-commands.ts';
import { holdConnection } from './features/connections/connection-store.ts';
import { ConnectionDirectory } from './features/connections/connection-directory.ts';
import { mountConnections } from './features/connections/connections-routes.ts';
import { createEnvironmentConnection } from './features/connections/environment-connection.ts';
import { openHistory, type History } from './features/history/history.ts';
import { findRecord } from './features/history/history-query.ts';
import { mountHistory } from './features/history/history-routes.ts';
import { readArdoqTree } from './features/sources/ardoq/ardoq-tree.ts';
import { mountArdoqBrowse } from './features/sources/ardoq/browse-routes.ts';
import { toRequestTree } from './features/sources/request-tree.ts';
import { mountAzureDevopsBrowse } from './features/work-items/azure-devops/browse-routes.ts';
import { requireConfig } from './features/work-items/mapping/find-mapping.ts';
import { mountFieldMappings } from './features/work-items/mapping/mapping-routes.ts';
import { testBuiltInRules } from './features/work-items/mapping/test-rules.ts';
import { PushAcceptor } from './features/work-items/push/push-acceptor.ts';
import { PushCommands } from './features/work-items/push/push-commands.ts';
import type { PushPlace } from './features/work-items/push/push-place.ts';
import { mountPushes } from './features/work-items/push/push-routes.ts';
import { listOwnedIds } from './features/work-items/push/earlier-pushes.ts';
import { TargetProjects } from './features/work-items/push/target-projects.ts';
import { prunePlans } from './features/work-items/run/plan-store.ts';
import type { PushParts } from './features/work-items/run/push-parts.ts';
import { isConnectionInUse, pruneJobs } from './features/work-items/run/push-store.ts';
import { pushTiming } from './features/work-items/run/push-timing.ts';
import { createPushWorkflow } from './features/work-items/run/push-workflow.ts';
import type { HttpEnv } from './http/http-env.ts';
import type { HttpKit } from './http/serve-route.ts';
import { OutsideServices } from './outside-services.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import type { Disposer } from './platform/disposer.ts';
import type { Logger } from './platform/logger.ts';
import { openSealedSecrets } from './platform/sealed-secrets.ts';

interface Options {
  readonly db: Db;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Config;
  readonly version: string;
  readonly publicUrl: () => string;
}

export interface Pushing {
  readonly workflow: Workflow;
  readonly history: History;
  readonly record: RecordAct;
  /** What began before the operations were opened and needs them. */
  start(operations: Operations): PushCommands;
  mount(kit: HttpKit, commands: PushCommands, delivery: Delivery): void;
  /** Forgets trees and plans that nobody can use any more; answers when it has looked once. */
  prune(): Promise<void>;
}

/** Opened before the operations, whose workflow it brings; what it opens is closed by the disposer. */
export function openPushing(options: Options, disposer: Disposer): Pushing {
  const { db, journal, clock, log, config, version } = options;
  const outside = disposer.use(
    new OutsideServices({
      allowedHosts: config.SYNCLINE_ALLOWED_UPSTREAM_HOSTS,
      answerMs: config.SYNCLINE_UPSTREAM_ANSWER_S * 1000,
      version,
      log,
    }),
  );
  const history = disposer.use(openHistory({ db, journal, clock, log }));
  const { record } = history;
  const secrets = openSealedSecrets({
    key: config.SYNCLINE_SECRET_KEY ?? null,
    previousKey: config.SYNCLINE_SECRET_KEY_PREVIOUS ?? null,
    dataDir: config.SYNCLINE_DATA_DIR,
  });
  const environment = createEnvironmentConnection(config, { startedAt: clock.now() });
  const directoryParts = { db, clock, secrets, environment };
  const directory = new ConnectionDirectory(directoryParts);
  const connections = new ConnectionCommands({
    ...directoryParts,
    directory,
    askService: outside.askService,
    checkHost: outside.checkHost,
    recordAct: record,
    dropClients: outside.dropClients,
    isInUse: isConnectionInUse,
    publicUrl: options.publicUrl,
  });
  const ports = outside.createPorts(directory);
  const push: PushParts = {
    db,
    clock,
    log,
    record,
    history: history.pushes,
    findTarget: ports.findTarget,
    rejected: ports.markRejected,
    onConflict: 'source',
    timing: {
      ...pushTiming,
      lookUpWaitsMs: config.SYNCLINE_PUSH_LOOK_UP_WAITS_S.map((seconds) => seconds * 1000),
    },
  };

  const start = (operations: Operations): PushCommands => {
    const acceptor = new PushAcceptor({
      clock,
      operations,
      record,
      history: history.pushes,
      holdConnection: (tx, id) => holdConnection(tx, 'azure-devops', id),
    });
    return new PushCommands({
      db,
      clock,
      operations,
      acceptor,
      record,
      push,
      findTarget: ports.findTarget,
      targets: new TargetProjects(() => clock.monotonicMs()),
      readRequestTree: (epics, sourceSystem) => toRequestTree(epics, { sourceSystem }),
      async readArdoqTree(connectionId, { workspaceId, initiativeId }, signal) {
        const found = await ports.findArdoq(connectionId);
        const { tree } = await readArdoqTree(
          found.client,
          { workspaceId, initiativeId },
          { signal, refresh: true },
        );
        return { tree, connectionId: found.connectionId };
      },
      async requireMapping(id) {
        await requireConfig(db, id);
      },
      readDocumentTree: (slug, filter, signal) =>
        readDocumentSource({ db, operations }, slug, filter, signal),
      findRecord: (tx, id) => findOperationOf(tx, history, id),
    });
  };

  return {
    workflow: createPushWorkflow(push),
    history,
    record,
    start,
    mount(kit, commands, delivery) {
      mountConnections(kit, { directory, commands: connections });
      mountAzureDevopsBrowse(kit, {
        findOrganization: ports.findOrganization,
        findOwned: (target) => listOwnedIds(db, target),
        markRejected: ports.markRejected,
        record,
      });
      mountArdoqBrowse(kit, {
        findArdoq: ports.findArdoq,
        markRejected: ports.markRejected,
        testMapping: testBuiltInRules,
      });
      mountFieldMappings(kit, { clock, recordAct: record });
      mountPushes(kit, {
        commands,
        stream: (c, place, headers) => streamPush(c, delivery, place, headers),
        readEvents: (c, place) => readEvents(c, delivery, place),
      });
      mountHistory(kit, { history, clock });
    },
    async prune() {
      const now = clock.now().getTime();
      await prunePlans(db, new Date(now - dayMs));
      const olderThan = new Date(now - config.SYNCLINE_PUSH_TREE_DAYS * dayMs);
      while ((await pruneJobs(db, { olderThan, batch: prunedAtOnce })) === prunedAtOnce);
    },
  };
}

const dayMs = 86_400_000;
const prunedAtOnce = 100;

/** Rows of history outlive the tree of a push; while they cannot be read, memory may know. */
async function findOperationOf(
  queryable: Queryable,
  history: History,
  id: string,
): Promise<{ operationId: string | null } | undefined> {
  const record = history.findBuffered(id) ?? (await findRecord(queryable as Transaction, id));
  return record === null ? undefined : { operationId: record.operation_id ?? null };
}

/** EV26: Last-Event-ID wins over `?after=`; JSON is a page inside the envelope. */
async function readEvents(c: Context<HttpEnv>, delivery: Delivery, place: PushPlace): Promise<Response> {
  const url = new URL(c.req.url);
  const after = url.searchParams.get('after');
  const accept = c.req.header('accept') ?? '';
  if (!accept.includes('application/json')) {
    return await resumePush(c, delivery, place, c.req.header('last-event-id') || after || null);
  }
  const limit = toBounded(url.searchParams.get('limit'), { byDefault: 200, least: 1, most: 1000 });
  const wait = toBounded(url.searchParams.get('wait'), { byDefault: 0, least: 0, most: 25 });
  const page = { cursor: after || null, limit, waitMs: wait * 1000, signal: c.req.raw.signal };
  const data = await readPushPage(delivery, place, page, c.get('actor'));
  return c.json({ success: true, data }, 200, { 'Cache-Control': 'no-store' });
}

/** PU3: out of range is clamped, no number is refused. */
function toBounded(
  text: string | null,
  { byDefault, least, most }: { byDefault: number; least: number; most: number },
): number {
  if (text === null || text === '') return byDefault;
  if (!/^[+-]?\d{1,30}$/.test(text))
    throw new AppError('INVALID_PARAMETER', `"${text.slice(0, 40)}" is no whole number`);
  return Math.min(Math.max(Number(text), least), most);
}
