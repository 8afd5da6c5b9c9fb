/** A connection as this room holds it, as everybody may see it, and as whoever calls the service needs it. */
import { toTimestamp } from '../../../shared/ids.ts';
import type {
  Connection,
  ConnectionFacts,
  ConnectionKind,
  PushSettings,
} from '../../../shared/views/connection.ts';
import type { connections } from '../../db/tables/connections.ts';

export type ConnectionRow = typeof connections.$inferSelect;

interface UsableFacts {
  readonly id: string;
  readonly name: string;
  readonly apiHost: string;
  /** Never logged, stored or shown. */
  readonly token: string;
  /** Goes up when credentials change: clients are kept by id and revision, verdicts are given on both. */
  readonly revision: number;
}

export interface UsableArdoq extends UsableFacts {
  readonly kind: 'ardoq';
  readonly orgLabel: string | null;
}

export interface UsableAzureDevOps extends UsableFacts {
  readonly kind: 'azure-devops';
  readonly organization: string;
  readonly settings: PushSettings;
}

/** A connection with its secret opened. */
export interface UsableConnections {
  readonly ardoq: UsableArdoq;
  readonly 'azure-devops': UsableAzureDevOps;
}

export type Verdict =
  | { readonly passed: true; readonly facts: ConnectionFacts }
  /** The message may name status and code, never a secret. */
  | { readonly passed: false; readonly error: string };

type Opened = Pick<ConnectionRow, 'id' | 'name' | 'apiHost' | 'organization' | 'settings' | 'revision'>;

const toUsableOf: {
  readonly [K in ConnectionKind]: (opened: Opened, token: string) => UsableConnections[K];
} = {
  ardoq: ({ id, name, apiHost, organization, revision }, token) => ({
    kind: 'ardoq',
    id,
    name,
    apiHost,
    token,
    revision,
    orgLabel: organization,
  }),
  'azure-devops': ({ id, name, apiHost, organization, settings, revision }, token) => {
    if (organization === null || settings === null)
      throw new Error(`Connection ${id} lacks its organisation`);
    return { kind: 'azure-devops', id, name, apiHost, token, revision, organization, settings };
  },
};

export const toUsable = <K extends ConnectionKind>(kind: K, opened: Opened, token: string) =>
  toUsableOf[kind](opened, token);

/** CN2: no part of the secret. */
export function toView(row: ConnectionRow): Connection {
  const { id, name, apiHost, organization, settings, testError } = row;
  const facts = {
    id,
    name,
    apiHost,
    isActive: row.isActive,
    isTested: row.isTested,
    testPassed: row.testPassed,
    ...(testError !== null && { testError }),
    createdAt: toTimestamp(row.createdAt),
    updatedAt: toTimestamp(row.updatedAt),
  };
  if (settings === null || organization === null) {
    return { ...facts, ...(organization !== null && { orgLabel: organization }) };
  }
  const { markerBase, markerField, useBatch, pushConcurrency } = settings;
  return {
    ...facts,
    organization,
    markerBase,
    useBatch,
    pushConcurrency,
    ...(markerField !== null && { markerField }),
  };
}
