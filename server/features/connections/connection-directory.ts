/** Finds the connection that is meant, and opens it for whoever calls the service (BR1, CN6, CN8). */
import { AppError } from '../../../shared/failure.ts';
import {
  type ConnectionKind,
  environmentConnectionId,
  serviceNames,
} from '../../../shared/views/connection.ts';
import type { Db, Queryable } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SealedSecrets } from '../../platform/sealed-secrets.ts';
import { type ConnectionRow, toUsable, type UsableConnections } from './connection.ts';
import {
  findActiveConnection,
  findConnection,
  hasConnections,
  listConnections,
  noteVerdict,
} from './connection-store.ts';
import type { EnvironmentConnection } from './environment-connection.ts';
import { toShownError } from './verdicts.ts';

export interface DirectoryParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly secrets: SealedSecrets;
  readonly environment: EnvironmentConnection | null;
}

/** Which credentials were used: a verdict on others says nothing about those of today. */
export interface UsedConnection {
  readonly kind: ConnectionKind;
  readonly id: string;
  readonly revision: number;
  readonly token: string;
}

export class ConnectionDirectory {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  async list(queryable: Queryable, kind: ConnectionKind): Promise<readonly ConnectionRow[]> {
    const rows = await listConnections(queryable, kind);
    const environment = this.#environmentOf(kind);
    return rows.length === 0 && environment !== null ? [environment.row] : rows;
  }

  async require(queryable: Queryable, kind: ConnectionKind, id: string): Promise<ConnectionRow> {
    const row =
      id === environmentConnectionId
        ? await this.#findEnvironment(queryable, kind)
        : await findConnection(queryable, kind, id);
    if (row === undefined) throw connectionNotFound(kind, id);
    return row;
  }

  async findActive(queryable: Queryable, kind: ConnectionKind): Promise<ConnectionRow | undefined> {
    return (await findActiveConnection(queryable, kind)) ?? (await this.#findEnvironment(queryable, kind));
  }

  /** The named one, else the active one. */
  async requireMeant(queryable: Queryable, kind: ConnectionKind, id: string | null): Promise<ConnectionRow> {
    if (id !== null) return await this.require(queryable, kind, id);
    const row = await this.findActive(queryable, kind);
    if (row !== undefined) return row;
    throw new AppError(
      'NO_ACTIVE_CONNECTION',
      `No connection to ${serviceNames[kind]} is active: activate one, or name one by its id.`,
    );
  }

  /** With its secret; refuses what has not passed its test. */
  async findUsable<K extends ConnectionKind>(kind: K, id: string | null): Promise<UsableConnections[K]> {
    const row = await this.requireMeant(this.#parts.db, kind, id);
    if (!isUsable(row)) {
      const reason = row.isTested
        ? `failed its last test: ${row.testError ?? 'no reason is known'}`
        : 'is not tested';
      throw new AppError(
        'CONNECTION_NOT_TESTED',
        `The connection "${row.name}" (${row.id}) ${reason}. Test it before it is used.`,
      );
    }
    return toUsable(kind, row, this.openToken(row));
  }

  /** Throws 409 for a secret that no key opens (CN6). */
  openToken(row: ConnectionRow): string {
    const { environment, secrets } = this.#parts;
    const token = row.id === environmentConnectionId ? environment?.token : secrets.open(row.secret, row.id);
    if (token !== undefined) return token;
    throw new AppError(
      'SECRET_UNREADABLE',
      `The secret of the connection "${row.name}" (${row.id}) cannot be opened with the key of this server: enter it again, or set SYNCLINE_SECRET_KEY_PREVIOUS.`,
    );
  }

  /** AZ19: the service refuses these credentials; from now on they count as not tested. */
  async markRejected(used: UsedConnection, reason: string): Promise<void> {
    await this.noteVerdict(used, toShownError(reason, used.token));
  }

  /** Null for an error: passed. A secret that waits for a new key is sealed again on the way. */
  async noteVerdict({ kind, id, revision, token }: UsedConnection, error: string | null): Promise<void> {
    const { db, clock, environment, secrets } = this.#parts;
    const at = clock.now();
    if (id === environmentConnectionId) {
      environment?.noteVerdict(error, at);
      return;
    }
    const row = await findConnection(db, kind, id);
    const isOld = row !== undefined && !secrets.isCurrent(row.secret);
    const resealed = isOld ? sealToken(secrets, id, token) : null;
    await noteVerdict(db, { kind, id, revision, error, at, resealed });
  }

  #environmentOf(kind: ConnectionKind): EnvironmentConnection | null {
    return kind === 'ardoq' ? this.#parts.environment : null;
  }

  async #findEnvironment(queryable: Queryable, kind: ConnectionKind): Promise<ConnectionRow | undefined> {
    const environment = this.#environmentOf(kind);
    if (environment === null || (await hasConnections(queryable, kind))) return undefined;
    return environment.row;
  }
}

/** Nobody has to press a button before the environment's own connection works. */
const isUsable = ({ id, isTested, testPassed }: ConnectionRow): boolean =>
  testPassed || (id === environmentConnectionId && !isTested);

export function sealToken(secrets: SealedSecrets, id: string, token: string) {
  return { secret: secrets.seal(token, id), tokenFingerprint: secrets.fingerprints(token)[0] };
}

export const connectionNotFound = (kind: ConnectionKind, id: string) =>
  new AppError('NOT_FOUND', `There is no connection ${id} to ${serviceNames[kind]}.`);
