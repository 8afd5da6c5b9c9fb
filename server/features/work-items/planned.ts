/** A plan: what a push will do to each item and why, computed before anything is written (PL1, PL2). */
import type { PlanAction, PushWarning, SourceItem, SourceTree } from '../../../shared/work-items.ts';
import type { TargetItem, TargetProject, TargetTypes } from './tracker.ts';

/** One row of `work_item_ledger` (RC1). */
export interface LedgerEntry {
  readonly sourceId: string;
  readonly state: 'intent' | 'present' | 'deleted';
  /** Null while only intended. */
  readonly workItemId: number | null;
  readonly rev: number | null;
  readonly workItemType: string;
  /** Source id of the parent at the last push. */
  readonly parentSourceId: string | null;
  readonly contentHash: string;
  /** By reference name of the field: hash of the mapped value of the last push; no key for what had none. */
  readonly fieldHashes: Readonly<Record<string, string>>;
  readonly intentId: string | null;
  readonly intentAt: Date | null;
}

export interface FieldChange {
  /** Reference name, or `parent`. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface PlannedItem {
  readonly item: SourceItem;
  readonly action: Exclude<PlanAction, 'delete'>;
  readonly reason: string;
  /** Of what exists. */
  readonly workItemId: number | null;
  readonly rev: number | null;
  readonly url: string | null;
  readonly changedBy: Readonly<Record<string, unknown>> | null;
  /** Name of the work item type. */
  readonly targetType: string;
  /** The title as it will be sent: candidates for a look-up are found by it (RC5). */
  readonly title: string;
  /** All mapped fields by reference name: what a create sends. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What an update sends, and what it would replace (PL4). */
  readonly changes: readonly FieldChange[];
  /** The parent link is missing or points elsewhere. */
  readonly movesParent: boolean;
  readonly contentHash: string;
  readonly fieldHashes: Readonly<Record<string, string>>;
  /** By reference name: the path in the source that its value was found at (FM6). */
  readonly sources?: Readonly<Record<string, string>>;
}

export interface PushPlan {
  /** Same order as the tree (PU18). */
  readonly items: readonly PlannedItem[];
  /** Overwrite: what will be deleted first (PU30 to PU32). */
  readonly deletions: readonly number[];
  readonly warnings: readonly PushWarning[];
}

export type OnConflict = 'source' | 'target' | 'block';

/** Everything the planner may know: it is a pure function of this (PL2). */
export interface PlanInput {
  readonly tree: SourceTree;
  readonly mapped: ReadonlyMap<string, MappedItem>;
  /** By source id; only of this source and target. */
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
  /** By work item id: every item the ledger, or a marker look-up, names. */
  readonly existing: ReadonlyMap<number, TargetItem>;
  /** Work item ids found by marker for source ids without a usable ledger row (RC7). */
  readonly byMarker: ReadonlyMap<string, readonly number[]>;
  readonly project: TargetProject;
  readonly workItemUrl: (id: number) => string;
  readonly onConflict: OnConflict;
  /** Ids that will be gone before anything is created. */
  readonly deletions: readonly number[];
}

/** An item as the target will hold it, or why it cannot (FM9). */
export interface MappedItem {
  readonly targetType: string | null;
  readonly title: string;
  /** Null for a mapped field that has no value in the source: what we pushed there once is taken back. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly blocked: string | null;
  readonly warnings: readonly PushWarning[];
  /** By reference name: the path in the source that its value was found at (FM6). */
  readonly sources?: Readonly<Record<string, string>>;
}

/** Which of the target's types each level becomes (FM1). */
export interface MapInput {
  readonly tree: SourceTree;
  readonly types: TargetTypes;
  readonly mapping: Mapping;
}

export interface MappedTree {
  readonly mapped: ReadonlyMap<string, MappedItem>;
  /** Of the mapping as a whole and of whole types; those of single items are with the items. */
  readonly warnings: readonly PushWarning[];
}

export interface FieldRule {
  readonly ardoqField: string;
  readonly azureDevOpsField: string;
  readonly workItemType: 'epic' | 'feature' | 'user_story';
  readonly transform: string | null;
}

/** The rules of one push and where they come from (FM2). */
export interface Mapping {
  readonly rules: readonly FieldRule[];
  readonly level: 'config' | 'named-template' | 'project-default' | 'process-template' | 'built-in';
  readonly name: string;
  readonly warnings: readonly PushWarning[];
}
