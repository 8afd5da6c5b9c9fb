/** `/api/ardoq/configurations` and `/api/azure-devops/configurations`: one set of routes for each kind (CN1). */
import { z } from 'zod';
import {
  Connection,
  ConnectionFacts,
  type ConnectionKind,
  serviceNames,
  TestResult,
} from '../views/connection.ts';
import { Timestamp } from '../ids.ts';
import {
  ApiHost,
  ConnectionName,
  MarkerBase,
  MarkerField,
  Organization,
  OrgLabel,
  orKept,
  PushConcurrency,
  Token,
} from './connection-fields.ts';
import { defineRoute } from './define.ts';
import { OpaqueId, succeeds } from './envelope.ts';

/** What a body says, whatever the service calls it. */
export interface ConnectionDraft {
  readonly name: string;
  readonly apiHost: string;
  readonly organization: string | null;
  readonly token: string;
  readonly setActive: boolean;
  readonly settings: PushChoices;
}

export interface ConnectionChange {
  readonly name?: string | undefined;
  readonly apiHost?: string | undefined;
  readonly organization?: string | null | undefined;
  readonly token?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly settings: PushChoices;
}

export interface PushChoices {
  readonly markerBase?: string | undefined;
  readonly markerField?: string | null | undefined;
  readonly useBatch?: boolean | undefined;
  readonly pushConcurrency?: number | undefined;
}

const pushChoices = {
  markerBase: MarkerBase.optional(),
  markerField: MarkerField.optional(),
  useBatch: z.boolean().optional(),
  pushConcurrency: PushConcurrency.optional(),
};

const NewArdoqConnection = z
  .object({
    apiToken: Token,
    name: ConnectionName,
    apiHost: ApiHost.default('https://app.ardoq.com'),
    orgLabel: OrgLabel.default(null),
    setActive: z.boolean().default(false),
  })
  .transform(({ apiToken: token, orgLabel: organization, apiHost, ...rest }): ConnectionDraft => {
    return { ...rest, apiHost: apiHost ?? 'https://app.ardoq.com', organization, token, settings: {} };
  });

const ChangedArdoqConnection = z
  .object({
    name: ConnectionName,
    apiHost: ApiHost,
    orgLabel: OrgLabel,
    apiToken: orKept(Token),
    isActive: z.boolean(),
  })
  .partial()
  .transform(({ apiToken: token, orgLabel: organization, ...rest }): ConnectionChange => {
    return { ...rest, organization, token, settings: {} };
  });

const NewAzureDevOpsConnection = z
  .object({
    patToken: Token,
    organization: Organization,
    name: ConnectionName,
    apiHost: ApiHost.default('https://dev.azure.com'),
    setActive: z.boolean().default(false),
    ...pushChoices,
  })
  .transform(({ patToken: token, organization, name, apiHost, setActive, ...settings }): ConnectionDraft => {
    return { name, apiHost: apiHost ?? 'https://dev.azure.com', organization, token, setActive, settings };
  });

const ChangedAzureDevOpsConnection = z
  .object({
    name: ConnectionName,
    apiHost: ApiHost,
    organization: Organization,
    patToken: orKept(Token),
    isActive: z.boolean(),
    ...pushChoices,
  })
  .partial()
  .transform(({ patToken: token, organization, name, apiHost, isActive, ...settings }): ConnectionChange => {
    return { name, apiHost, organization, token, isActive, settings };
  });

const params = z.object({ id: OpaqueId });

/** Which connection is meant; the active one when it is absent or empty (BR1). */
export const ConfigId = z.union([z.literal('').transform(() => undefined), OpaqueId]).optional();

interface Bodies<C extends z.ZodType, U extends z.ZodType> {
  readonly created: C;
  readonly changed: U;
}

function defineRoutes<
  const K extends ConnectionKind,
  C extends z.ZodType<ConnectionDraft>,
  U extends z.ZodType<ConnectionChange>,
>(kind: K, { created, changed }: Bodies<C, U>) {
  const service = serviceNames[kind];
  const all = `/api/${kind}/configurations` as const;
  const one = `/api/${kind}/configurations/:id` as const;
  const tested = z.object({ configuration: Connection, testResult: TestResult });
  return {
    create: defineRoute({
      method: 'POST',
      path: all,
      summary: `Adds a connection to ${service} and tests it; it is kept also when the test fails`,
      role: 'admin',
      body: created,
      answer: succeeds(tested),
      status: 201,
    }),
    list: defineRoute({
      method: 'GET',
      path: all,
      summary: `Lists the connections to ${service}, newest first`,
      role: 'operator',
      answer: succeeds(z.array(Connection)),
      status: 200,
    }),
    readActive: defineRoute({
      method: 'GET',
      path: `/api/${kind}/configurations/active`,
      summary: `Shows the active connection to ${service}`,
      role: 'operator',
      answer: succeeds(Connection),
      status: 200,
    }),
    read: defineRoute({
      method: 'GET',
      path: one,
      summary: `Shows a connection to ${service}`,
      role: 'operator',
      params,
      answer: succeeds(Connection),
      status: 200,
    }),
    change: defineRoute({
      method: 'PUT',
      path: one,
      summary: `Changes a connection to ${service}; other credentials have to be tested again`,
      role: 'admin',
      params,
      body: changed,
      answer: succeeds(Connection),
      status: 200,
    }),
    remove: defineRoute({
      method: 'DELETE',
      path: one,
      summary: `Removes a connection to ${service} that no push uses`,
      role: 'admin',
      params,
      answer: z.object({ success: z.literal(true), message: z.string() }),
      status: 200,
    }),
    activate: defineRoute({
      method: 'POST',
      path: `/api/${kind}/configurations/:id/activate`,
      summary: `Makes a tested connection the active one of ${service}`,
      role: 'admin',
      params,
      answer: succeeds(Connection),
      status: 200,
    }),
    test: defineRoute({
      method: 'POST',
      path: `/api/${kind}/configurations/:id/test`,
      summary: `Tests a connection to ${service} and keeps the verdict`,
      role: 'admin',
      params,
      answer: succeeds(tested),
      status: 200,
    }),
    testOlder: defineRoute({
      method: 'GET',
      path: `/api/${kind}/test-connection`,
      summary: `Tests a connection to ${service} for older clients; guarded like a POST, because the verdict is kept`,
      role: 'admin',
      query: z.object({ configId: ConfigId }),
      answer: z.object({
        success: z.literal(true),
        message: z.string(),
        data: ConnectionFacts.extend({ timestamp: Timestamp }),
        configuration: Connection,
      }),
      status: 200,
    }),
  };
}

export const ardoqConnections = defineRoutes('ardoq', {
  created: NewArdoqConnection,
  changed: ChangedArdoqConnection,
});

export const azureDevOpsConnections = defineRoutes('azure-devops', {
  created: NewAzureDevOpsConnection,
  changed: ChangedAzureDevOpsConnection,
});

export type ConnectionRoutes = typeof ardoqConnections | typeof azureDevOpsConnections;
