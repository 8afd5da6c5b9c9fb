/** The connection to Ardoq that the environment describes: used while there is no other, changed by nobody (CN8). */
import { ApiHost, OrgLabel, Token } from '../../../shared/api/connection-fields.ts';
import { environmentConnectionId } from '../../../shared/views/connection.ts';
import { BadSettings } from '../../platform/config.ts';
import type { ConnectionRow } from './connection.ts';

export interface EnvironmentConnection {
  readonly token: string;
  /** As if it were stored. */
  readonly row: ConnectionRow;
  noteVerdict(error: string | null, at: Date): void;
}

export interface EnvironmentSettings {
  readonly ARDOQ_API_TOKEN?: string | undefined;
  readonly ARDOQ_API_HOST?: string | undefined;
  readonly ARDOQ_ORG_LABEL?: string | undefined;
}

/** Null without a token; throws `BadSettings`, which never repeat the token. */
export function createEnvironmentConnection(
  settings: EnvironmentSettings,
  { startedAt }: { startedAt: Date },
): EnvironmentConnection | null {
  if (settings.ARDOQ_API_TOKEN === undefined) return null;
  const token = read('ARDOQ_API_TOKEN', Token.safeParse(settings.ARDOQ_API_TOKEN));
  const apiHost = read('ARDOQ_API_HOST', ApiHost.safeParse(settings.ARDOQ_API_HOST ?? ''));
  const organization = read('ARDOQ_ORG_LABEL', OrgLabel.safeParse(settings.ARDOQ_ORG_LABEL ?? ''));
  let verdict = {
    isTested: false,
    testPassed: false,
    testError: null as string | null,
    updatedAt: startedAt,
  };
  return {
    token,
    get row() {
      return {
        id: environmentConnectionId,
        kind: 'ardoq' as const,
        name: 'Environment',
        apiHost: apiHost ?? 'https://app.ardoq.com',
        organization,
        secret: '',
        tokenFingerprint: '',
        settings: null,
        isActive: true,
        revision: 1,
        createdAt: startedAt,
        ...verdict,
      };
    },
    noteVerdict(error, at) {
      verdict = { isTested: true, testPassed: error === null, testError: error, updatedAt: at };
    },
  };
}

type Read<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly { readonly message: string }[] } };

function read<T>(name: string, result: Read<T>): T {
  if (result.success) return result.data;
  throw new BadSettings(`${name}: ${result.error.issues.map(({ message }) => message).join('; ')}`);
}
