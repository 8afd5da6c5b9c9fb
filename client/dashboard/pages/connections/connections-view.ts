/** The live list of the connections of one kind: read again whenever somebody has done something with one. */
import type { Connection, ConnectionKind } from '../../../../shared/views/connection.ts';
import type { ViewSpec } from '../../../sdk/store.ts';
import { foldBy } from '../../folds/fold.ts';
import type { ConnectionCalls } from './connection-calls.ts';

export const connectionsView = (
  kind: ConnectionKind,
  calls: ConnectionCalls,
): ViewSpec<readonly Connection[]> => ({
  key: `connections/${kind}`,
  load: (signal) => calls.list(signal),
  fold: foldBy<readonly Connection[]>({
    'audit:recorded': (connections, { data }) =>
      data.entityType === 'configuration' ? 'reload' : connections,
  }),
});
