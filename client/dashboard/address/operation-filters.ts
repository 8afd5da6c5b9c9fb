/** Filters of the operations timeline as they stand in the address. */
import { z } from 'zod';
import { isTerminal, OperationKind, OperationStatus } from '../../../shared/operations.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import { readText } from './read-text.ts';

export interface OperationFilters {
  /** Empty for all projects. */
  readonly project: string;
  readonly kind: OperationKind | '';
  /** One status, `active` for queued and running together, or empty for all. */
  readonly status: OperationStatus | 'active' | '';
  /** Where an older page begins; empty for the newest, the only one that grows by itself. */
  readonly cursor: string;
}

export const operationsPerPage = 50;

export function readOperationFilters(query: URLSearchParams): OperationFilters {
  const kind = OperationKind.safeParse(query.get('kind'));
  const status = OperationStatus.or(z.literal('active')).safeParse(query.get('status'));
  return {
    project: readText(query, 'project'),
    kind: kind.success ? kind.data : '',
    status: status.success ? status.data : '',
    cursor: readText(query, 'cursor'),
  };
}

export function writeOperationFilters(filters: OperationFilters): URLSearchParams {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
}

export const toOperationQuery = ({ project, kind, status, cursor }: OperationFilters) => ({
  project: project === '' ? '*' : project,
  limit: String(operationsPerPage),
  ...(kind !== '' && { kind }),
  ...(status === 'active' && { active: 'true' as const }),
  ...(status !== '' && status !== 'active' && { status }),
  ...(cursor !== '' && { cursor }),
});

/** The filter as the server applies it, for operations that arrive as events. */
export const isWantedBy =
  ({ project, kind, status }: OperationFilters) =>
  (operation: OperationRecord): boolean =>
    (project === '' || operation.projectSlug === project) &&
    (kind === '' || operation.kind === kind) &&
    (status === '' || operation.status === status || (status === 'active' && !isTerminal(operation.status)));

export const isFilteredBy = ({ project, kind, status }: OperationFilters): boolean =>
  project !== '' || kind !== '' || status !== '';
