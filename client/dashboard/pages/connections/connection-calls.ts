/** What can be asked of the connections of one kind: the same for both, though their routes name their fields differently. */
import type { Connection, ConnectionKind, TestResult } from '../../../../shared/views/connection.ts';
import type { Caller } from '../../../sdk/caller.ts';
import type { Snapshot } from '../../../sdk/live-view.ts';
import type { ConnectionValues } from './connection-values.ts';

export interface ConnectionCalls {
  list(signal: AbortSignal): Promise<Snapshot<readonly Connection[]>>;
  add(values: ConnectionValues): Promise<Tested>;
  change(id: string, values: ConnectionValues): Promise<Connection>;
  test(id: string): Promise<Tested>;
  activate(id: string): Promise<Connection>;
  remove(id: string): Promise<void>;
}

export interface Tested {
  readonly configuration: Connection;
  readonly testResult: TestResult;
}

export const createCalls = (kind: ConnectionKind, caller: Caller): ConnectionCalls =>
  kind === 'ardoq' ? createArdoqCalls(caller) : createAzureDevOpsCalls(caller);

const createArdoqCalls = (caller: Caller): ConnectionCalls => ({
  async list(signal) {
    const { value, head } = await caller('listArdoqConnections', {}, { signal });
    return { value: value.data, head };
  },
  async add(values) {
    return (await caller('createArdoqConnection', { body: toArdoqBody(values) })).value.data;
  },
  async change(id, values) {
    const { value } = await caller('changeArdoqConnection', { params: { id }, body: toArdoqBody(values) });
    return value.data;
  },
  async test(id) {
    return (await caller('testArdoqConnection', { params: { id } })).value.data;
  },
  async activate(id) {
    return (await caller('activateArdoqConnection', { params: { id } })).value.data;
  },
  async remove(id) {
    await caller('removeArdoqConnection', { params: { id } });
  },
});

const createAzureDevOpsCalls = (caller: Caller): ConnectionCalls => ({
  async list(signal) {
    const { value, head } = await caller('listAzureDevOpsConnections', {}, { signal });
    return { value: value.data, head };
  },
  async add(values) {
    // Empty: the server's own address, which it alone knows.
    const markerBase = values.markerBase === '' ? undefined : values.markerBase;
    const body = { ...toAzureDevOpsBody(values), markerBase };
    return (await caller('createAzureDevOpsConnection', { body })).value.data;
  },
  async change(id, values) {
    const body = toAzureDevOpsBody(values);
    return (await caller('changeAzureDevOpsConnection', { params: { id }, body })).value.data;
  },
  async test(id) {
    return (await caller('testAzureDevOpsConnection', { params: { id } })).value.data;
  },
  async activate(id) {
    return (await caller('activateAzureDevOpsConnection', { params: { id } })).value.data;
  },
  async remove(id) {
    await caller('removeAzureDevOpsConnection', { params: { id } });
  },
});

const toArdoqBody = ({ name, apiHost, organization, token }: ConnectionValues) => ({
  name,
  apiHost,
  orgLabel: organization,
  apiToken: token,
});

const toAzureDevOpsBody = ({ token, pushConcurrency, ...values }: ConnectionValues) => ({
  name: values.name,
  apiHost: values.apiHost,
  organization: values.organization,
  patToken: token,
  markerField: values.markerField,
  useBatch: values.useBatch,
  pushConcurrency: Number(pushConcurrency),
});
