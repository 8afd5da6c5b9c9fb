/** `/api/ardoq/configurations` and `/api/azure-devops/configurations`, with their tests: the same for both kinds (CN1). */
import {
  ardoqConnections,
  azureDevOpsConnections,
  type ConnectionRoutes,
} from '../../../shared/api/connections.ts';
import { AppError } from '../../../shared/failure.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import { type ConnectionKind, serviceNames } from '../../../shared/views/connection.ts';
import { serveRead, serveWrite, type HttpKit } from '../../http/serve-route.ts';
import { toTestMessage } from './audit-details.ts';
import { toView } from './connection.ts';
import type { ConnectionCommands, Judged } from './connection-commands.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import { toTestResult } from './verdicts.ts';

export interface ConnectionsOptions {
  readonly directory: ConnectionDirectory;
  readonly commands: ConnectionCommands;
}

export function mountConnections(kit: HttpKit, options: ConnectionsOptions): void {
  mountKind(kit, 'ardoq', ardoqConnections, options);
  mountKind(kit, 'azure-devops', azureDevOpsConnections, options);
}

function mountKind(
  kit: HttpKit,
  kind: ConnectionKind,
  routes: ConnectionRoutes,
  { directory, commands }: ConnectionsOptions,
): void {
  mountReading(kit, kind, routes, directory);
  mountTests(kit, kind, routes, commands);

  serveWrite(kit, routes.create, async ({ body }, context) => {
    const judged = await commands.create(kind, body, context);
    return {
      value: {
        ...succeeds,
        message: `Saved. ${toTestMessage(judged.row, judged.verdict)}`,
        data: toTested(judged),
      },
    };
  });

  serveWrite(kit, routes.change, async ({ params, body }, { origin }) => {
    const row = await commands.change(kind, params.id, body, origin);
    return { value: { ...succeeds, data: toView(row) } };
  });

  serveWrite(kit, routes.activate, async ({ params }, { origin }) => {
    const row = await commands.activate(kind, params.id, origin);
    return { value: { ...succeeds, message: `The connection "${row.name}" is active.`, data: toView(row) } };
  });

  serveWrite(kit, routes.remove, async ({ params }, { origin }) => {
    const { name } = await commands.remove(kind, params.id, origin);
    return { value: { ...succeeds, message: `The connection "${name}" is removed.` } };
  });
}

function mountReading(
  kit: HttpKit,
  kind: ConnectionKind,
  routes: ConnectionRoutes,
  directory: ConnectionDirectory,
): void {
  serveRead(kit, routes.list, async (_input, { tx }) => {
    const rows = await directory.list(tx, kind);
    return { ...succeeds, data: rows.map(toView), count: rows.length };
  });

  // Before the route of one: "active" would be an id like any other.
  serveRead(kit, routes.readActive, async (_input, { tx }) => {
    const row = await directory.findActive(tx, kind);
    if (row === undefined)
      throw new AppError('NOT_FOUND', `No connection to ${serviceNames[kind]} is active.`);
    return { ...succeeds, data: toView(row) };
  });

  serveRead(kit, routes.read, async ({ params }, { tx }) => {
    return { ...succeeds, data: toView(await directory.require(tx, kind, params.id)) };
  });
}

function mountTests(
  kit: HttpKit,
  kind: ConnectionKind,
  routes: ConnectionRoutes,
  commands: ConnectionCommands,
): void {
  serveWrite(kit, routes.test, async ({ params }, context) => {
    const judged = await commands.test(kind, params.id, context);
    return {
      value: { ...succeeds, message: toTestMessage(judged.row, judged.verdict), data: toTested(judged) },
    };
  });

  // CN3: a GET that keeps its verdict; the guard treats it like a POST.
  serveWrite(kit, routes.testOlder, async ({ query }, context) => {
    const { row, verdict, at } = await commands.test(kind, query.configId ?? null, context);
    const facts = verdict.passed ? verdict.facts : {};
    return {
      value: {
        ...succeeds,
        message: toTestMessage(row, verdict),
        data: { ...facts, timestamp: toTimestamp(at) },
        configuration: toView(row),
      },
    };
  });
}

const succeeds = { success: true } as const;

const toTested = ({ row, verdict, at }: Judged) => ({
  configuration: toView(row),
  testResult: toTestResult(verdict, at),
});
