/** What the audit log is told of a connection: changed fields with old and new value, the secret as "changed" (AL3). */
import { type ConnectionKind, serviceNames } from '../../../shared/views/connection.ts';
import type { Json } from '../../core/workflow.ts';
import type { ConnectionRow, Verdict } from './connection.ts';

/** By the names that the bodies of the routes have. */
export type Changes = Readonly<Record<string, Change>>;

type Change = 'changed' | { readonly old: FieldValue; readonly new: FieldValue };
type FieldValue = string | number | boolean | null;

/** From nothing for a new one. */
export function listChanges(
  before: ConnectionRow | null,
  after: ConnectionRow,
  { isTokenNew }: { isTokenNew: boolean },
): Changes {
  const old = before === null ? {} : toFields(before);
  const fields = Object.entries(toFields(after)).filter(([field, value]) => value !== (old[field] ?? null));
  const changes: Changes = Object.fromEntries(
    fields.map(([field, value]) => [field, { old: old[field] ?? null, new: value }]),
  );
  return isTokenNew ? { ...changes, [tokenFields[after.kind]]: 'changed' } : changes;
}

export const toConfigDetails = ({ kind, name }: ConnectionRow, changes: Changes): Json => ({
  config_type: kind,
  config_name: name,
  changes,
});

export const toTestDetails = ({ kind, name }: ConnectionRow, verdict: Verdict): Json => ({
  config_type: kind,
  config_name: name,
  passed: verdict.passed,
  ...(!verdict.passed && { error: verdict.error }),
});

function toFields({ kind, name, apiHost, organization, isActive, settings }: ConnectionRow) {
  const fields: Record<string, FieldValue> = {
    name,
    apiHost,
    [organizationFields[kind]]: organization,
    isActive,
    ...(settings !== null && settings),
  };
  return fields;
}

const tokenFields: Readonly<Record<ConnectionKind, string>> = {
  ardoq: 'apiToken',
  'azure-devops': 'patToken',
};
const organizationFields: Readonly<Record<ConnectionKind, string>> = {
  ardoq: 'orgLabel',
  'azure-devops': 'organization',
};

export const toTestMessage = ({ kind, name }: ConnectionRow, verdict: Verdict): string =>
  verdict.passed
    ? `The connection "${name}" to ${serviceNames[kind]} passed its test.`
    : `The connection "${name}" to ${serviceNames[kind]} failed its test: ${verdict.error}`;
