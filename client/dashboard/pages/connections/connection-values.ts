/** What the fields of a connection's form hold, and how the two kinds call them. */
import type { Connection, ConnectionKind } from '../../../../shared/views/connection.ts';

export interface ConnectionValues {
  readonly name: string;
  readonly apiHost: string;
  /** The label of Ardoq, the organisation of Azure DevOps. */
  readonly organization: string;
  /** Empty leaves the one that is stored. */
  readonly token: string;
  readonly markerBase: string;
  readonly markerField: string;
  readonly useBatch: boolean;
  readonly pushConcurrency: string;
}

export const emptyValues: ConnectionValues = {
  name: '',
  apiHost: '',
  organization: '',
  token: '',
  markerBase: '',
  markerField: '',
  useBatch: false,
  pushConcurrency: '1',
};

/** The token is not known here: its field stays empty. */
export function toValues(connection: Connection): ConnectionValues {
  const { name, apiHost } = connection;
  if (!('organization' in connection)) {
    return { ...emptyValues, name, apiHost, organization: connection.orgLabel ?? '' };
  }
  const { organization, markerBase, markerField = '', useBatch, pushConcurrency } = connection;
  return {
    ...emptyValues,
    name,
    apiHost,
    organization,
    markerBase,
    markerField,
    useBatch,
    pushConcurrency: String(pushConcurrency),
  };
}

export interface FieldNames {
  readonly token: string;
  readonly tokenLabel: string;
  readonly organization: string;
  readonly organizationLabel: string;
  readonly isOrganizationRequired: boolean;
  readonly defaultHost: string;
}

export const fieldNamesOf: Readonly<Record<ConnectionKind, FieldNames>> = {
  ardoq: {
    token: 'apiToken',
    tokenLabel: 'API token',
    organization: 'orgLabel',
    organizationLabel: 'Organisation label',
    isOrganizationRequired: false,
    defaultHost: 'https://app.ardoq.com',
  },
  'azure-devops': {
    token: 'patToken',
    tokenLabel: 'Personal access token',
    organization: 'organization',
    organizationLabel: 'Organisation',
    isOrganizationRequired: true,
    defaultHost: 'https://dev.azure.com',
  },
};

/** As refusals name them. */
export const listFieldNames = (kind: ConnectionKind): readonly string[] => {
  const { token, organization } = fieldNamesOf[kind];
  return ['name', 'apiHost', token, organization, 'markerBase', 'markerField', 'pushConcurrency'];
};

/** Another token, host or organisation has to be tested again (CN4). */
export function needsTest(connection: Connection, values: ConnectionValues): boolean {
  const stored = toValues(connection);
  return (
    values.token !== '' ||
    values.organization.trim() !== stored.organization ||
    values.apiHost.trim().replace(/\/+$/, '') !== stored.apiHost
  );
}
