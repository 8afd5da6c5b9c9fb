/** Adds, changes, tests, activates and removes connections, and remembers each of these acts (CN1, AL1). */
import { randomUUID } from 'node:crypto';
import type { ConnectionChange, ConnectionDraft } from '../../../shared/api/connections.ts';
import type { AuditAction } from '../../../shared/audit.ts';
import { AppError } from '../../../shared/failure.ts';
import {
  type ConnectionKind,
  environmentConnectionId,
  type PushSettings,
} from '../../../shared/views/connection.ts';
import type { RecordAct, RequestOrigin } from '../../core/audit-act.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { type Changes, listChanges, toConfigDetails, toTestDetails } from './audit-details.ts';
import { type ConnectionRow, toUsable, type Verdict } from './connection.ts';
import { type ConnectionDirectory, type DirectoryParts, sealToken } from './connection-directory.ts';
import {
  activateConnection,
  findTwin,
  insertConnection,
  lockConnection,
  lockKind,
  removeConnection,
  updateConnection,
} from './connection-store.ts';
import { planChange, requirePassed } from './plan-change.ts';
import { type AskService, judge } from './verdicts.ts';

export interface CommandParts extends DirectoryParts {
  readonly directory: ConnectionDirectory;
  readonly askService: AskService;
  /** Throws `HOST_NOT_ALLOWED` (CN7). */
  readonly checkHost: (url: string) => void;
  readonly recordAct: RecordAct;
  /** Other credentials, or the same ones after they had been refused: what was opened with them is of no use any more. */
  readonly dropClients: (id: string) => void;
  /** Does a push that has not ended use it? */
  readonly isInUse: (tx: Transaction, id: string) => Promise<boolean>;
  /** Where people reach this server: markers begin with it unless another base is given (RC3). */
  readonly publicUrl: () => string;
}

export interface Judged {
  readonly row: ConnectionRow;
  readonly verdict: Verdict;
  readonly at: Date;
}

interface Caller {
  readonly origin: RequestOrigin;
  readonly signal: AbortSignal;
}

export class ConnectionCommands {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** Tested before it is kept, and kept also when the test fails. */
  async create(kind: ConnectionKind, draft: ConnectionDraft, { origin, signal }: Caller): Promise<Judged> {
    const { db, clock, secrets, checkHost, askService } = this.#parts;
    checkHost(draft.apiHost);
    const { name, apiHost, organization, token } = draft;
    const id = `${kind}-${randomUUID()}`;
    await this.#refuseTwin(db, { kind, id, name }, token);
    const facts = { id, name, apiHost, organization, settings: this.#toSettings(kind, draft), revision: 1 };
    const verdict = await judge(askService, kind, toUsable(kind, facts, token), signal);
    const at = clock.now();
    const isActive = draft.setActive && verdict.passed;
    const row: ConnectionRow = {
      kind,
      ...facts,
      ...sealToken(secrets, id, token),
      isActive: false,
      isTested: true,
      testPassed: verdict.passed,
      testError: verdict.passed ? null : verdict.error,
      createdAt: at,
      updatedAt: at,
    };
    await db.transaction(async (tx) => {
      await lockKind(tx, kind);
      // Somebody else may have added the same while the service was asked.
      await this.#refuseTwin(tx, row, token);
      await insertConnection(tx, row);
      if (isActive) await activateConnection(tx, { kind, id, at });
    });
    this.#record('config_created', row, listChanges(null, row, { isTokenNew: true }), origin);
    this.#recordTest(row, verdict, origin);
    const kept = { ...row, isActive };
    if (isActive) this.#recordActivation(row, origin);
    return { row: kept, verdict, at };
  }

  async change(
    kind: ConnectionKind,
    id: string,
    change: ConnectionChange,
    origin: RequestOrigin,
  ): Promise<ConnectionRow> {
    const { db, clock, directory, secrets, checkHost } = this.#parts;
    if (change.apiHost !== undefined) checkHost(change.apiHost);
    const at = clock.now();
    const done = await db.transaction(async (tx) => {
      await lockKind(tx, kind);
      // A verdict that is being noted is not to be written over.
      await lockConnection(tx, kind, id);
      const row = refuseEnvironment(await directory.require(tx, kind, id));
      const isTokenNew =
        change.token !== undefined && !secrets.fingerprints(change.token).includes(row.tokenFingerprint);
      const { next, isReset, isActivation } = planChange(row, change, { isTokenNew });
      const sealed = this.#reseal(row, change.token);
      const kept = { ...next, ...sealed, updatedAt: at };
      if (isTokenNew || next.name !== row.name) await this.#refuseTwin(tx, kept, change.token);
      await updateConnection(tx, kept);
      if (isActivation && !(await activateConnection(tx, { kind, id, at })))
        requirePassed({ ...kept, testPassed: false });
      return { row, kept, isTokenNew, isReset, isActivation };
    });
    const changes = listChanges(done.row, done.kept, done);
    if (Object.keys(changes).length > 0) this.#record('config_updated', done.kept, changes, origin);
    if (done.isActivation) this.#recordActivation(done.kept, origin);
    if (done.isReset) this.#parts.dropClients(id);
    return { ...done.kept, isActive: done.kept.isActive || done.isActivation };
  }

  async activate(kind: ConnectionKind, id: string, origin: RequestOrigin): Promise<ConnectionRow> {
    const { db, clock, directory } = this.#parts;
    const row = await db.transaction(async (tx) => {
      await lockKind(tx, kind);
      const found = refuseEnvironment(await directory.require(tx, kind, id));
      requirePassed(found);
      if (!(await activateConnection(tx, { kind, id, at: clock.now() }))) {
        requirePassed({ ...found, testPassed: false });
      }
      return await directory.require(tx, kind, id);
    });
    this.#recordActivation({ ...row, isActive: false }, origin);
    return row;
  }

  /** The verdict is kept unless the credentials have changed while the service was asked. */
  async test(kind: ConnectionKind, id: string | null, { origin, signal }: Caller): Promise<Judged> {
    const { db, clock, directory, askService, checkHost } = this.#parts;
    const row = await directory.requireMeant(db, kind, id);
    checkHost(row.apiHost);
    const usable = toUsable(kind, row, directory.openToken(row));
    const verdict = await judge(askService, kind, usable, signal);
    await directory.noteVerdict(usable, verdict.passed ? null : verdict.error);
    this.#recordTest(row, verdict, origin);
    if (verdict.passed && !row.testPassed) this.#parts.dropClients(row.id);
    return { row: await directory.require(db, kind, row.id), verdict, at: clock.now() };
  }

  async remove(kind: ConnectionKind, id: string, origin: RequestOrigin): Promise<ConnectionRow> {
    const { db, directory, isInUse } = this.#parts;
    const row = await db.transaction(async (tx) => {
      await lockKind(tx, kind);
      // Waits for a push that is just being accepted, so that the question below sees it.
      await lockConnection(tx, kind, id);
      const found = refuseEnvironment(await directory.require(tx, kind, id));
      if (await isInUse(tx, id)) {
        throw new AppError(
          'CONNECTION_IN_USE',
          `A push uses the connection "${found.name}" (${id}); cancel it or wait until it has ended.`,
        );
      }
      await removeConnection(tx, kind, id);
      return found;
    });
    this.#record('config_deleted', row, {}, origin);
    this.#parts.dropClients(id);
    return row;
  }

  #toSettings(kind: ConnectionKind, { settings }: ConnectionDraft): PushSettings | null {
    if (kind === 'ardoq') return null;
    const { markerBase = this.#parts.publicUrl(), markerField = null } = settings;
    const { useBatch = false, pushConcurrency = 1 } = settings;
    return { markerBase: markerBase.replace(/\/+$/, ''), markerField, useBatch, pushConcurrency };
  }

  /** A new token, or the old one when it waits for the present key; an unreadable one stays as it is. */
  #reseal(
    row: ConnectionRow,
    token: string | undefined,
  ): Partial<Pick<ConnectionRow, 'secret' | 'tokenFingerprint'>> {
    const { secrets } = this.#parts;
    if (token === undefined && secrets.isCurrent(row.secret)) return {};
    const text = token ?? secrets.open(row.secret, row.id);
    return text === undefined ? {} : sealToken(secrets, row.id, text);
  }

  /** CN5: by digests, under every key that may have made them; without a token, by the digest that is stored. */
  async #refuseTwin(
    queryable: Queryable,
    row: Pick<ConnectionRow, 'kind' | 'id' | 'name'> & Partial<Pick<ConnectionRow, 'tokenFingerprint'>>,
    token: string | undefined,
  ): Promise<void> {
    const stored = row.tokenFingerprint === undefined ? [] : [row.tokenFingerprint];
    const made = token === undefined ? [] : this.#parts.secrets.fingerprints(token);
    const { kind, id, name } = row;
    const twin = await findTwin(
      queryable,
      kind,
      { name, fingerprints: [...stored, ...made] },
      { except: id },
    );
    if (twin === undefined) return;
    const message = `The connection "${twin.name}" (${twin.id}) has this name and this token already; use or change that one.`;
    throw new AppError('DUPLICATE_CONNECTION', message, {
      details: { existingConfigId: twin.id, existingConfigName: twin.name, message },
    });
  }

  #recordActivation(row: ConnectionRow, origin: RequestOrigin): void {
    this.#record('config_activated', row, { isActive: { old: row.isActive, new: true } }, origin);
  }

  #record(action: AuditAction, row: ConnectionRow, changes: Changes, origin: RequestOrigin): void {
    const details = toConfigDetails(row, changes);
    this.#parts.recordAct({ action, entity: 'configuration', entityId: row.id, details, origin });
  }

  #recordTest(row: ConnectionRow, verdict: Verdict, origin: RequestOrigin): void {
    const details = toTestDetails(row, verdict);
    this.#parts.recordAct({
      action: 'connection_tested',
      entity: 'configuration',
      entityId: row.id,
      details,
      origin,
    } as const);
  }
}

function refuseEnvironment(row: ConnectionRow): ConnectionRow {
  if (row.id !== environmentConnectionId) return row;
  throw new AppError(
    'VALIDATION_FAILED',
    'This connection is set by ARDOQ_API_TOKEN, ARDOQ_API_HOST and ARDOQ_ORG_LABEL; change it there, or add one here.',
  );
}
