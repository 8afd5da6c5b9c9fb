/** One target as one push speaks to it: the project, who an item is there, and how calls are made. */
import type { SourceItem, SourceTree } from '../../../../shared/work-items.ts';
import { toMarkerUrl, toSourceKey } from '../plan/marker.ts';
import type { PlannedItem } from '../planned.ts';
import type { CallOptions, NewItem, OpenTarget, TargetProject, Tracker } from '../tracker.ts';
import { toCreatePatch } from '../plan/patch.ts';
import type { LedgerKey } from './ledger-store.ts';

export interface TargetAccess {
  readonly tracker: Tracker;
  readonly project: TargetProject;
  readonly markerField: string | null;
  readonly key: LedgerKey;
  readonly calls: CallOptions;
  markerOf(sourceId: string): string;
  sourceKeyOf(sourceId: string): string;
  toNewItem(planned: PlannedItem, parentWorkItemId: number | null): NewItem;
}

interface AccessOptions {
  readonly target: OpenTarget;
  readonly project: TargetProject;
  readonly source: Pick<SourceTree, 'system' | 'scope'>;
  readonly calls: CallOptions;
}

export function createTargetAccess({ target, project, source, calls }: AccessOptions): TargetAccess {
  const { tracker, markerBase, markerField } = target;
  const { system, scope } = source;
  const access: TargetAccess = {
    tracker,
    project,
    markerField,
    calls,
    key: {
      sourceSystem: system,
      sourceScope: scope,
      targetOrg: tracker.organization,
      targetProjectId: project.id,
    },
    markerOf: (sourceId) => toMarkerUrl(markerBase, system, scope, sourceId),
    sourceKeyOf: (sourceId) => toSourceKey({ system, scope, sourceId }),
    toNewItem: (planned, parentWorkItemId) => ({
      type: planned.targetType,
      patch: toCreatePatch(planned, {
        parentUrl: parentWorkItemId === null ? null : tracker.workItemUrl(parentWorkItemId),
        markerUrl: access.markerOf(planned.item.sourceId),
        markerField: toMarkerField(planned.item),
      }),
    }),
  };
  const toMarkerField = ({ sourceId }: SourceItem) =>
    markerField === null ? null : { referenceName: markerField, sourceKey: access.sourceKeyOf(sourceId) };
  return access;
}
