/** Azure DevOps as a push sees it: the one outside service behind a port, so that laws can be tested without a wire. */
import type { ItemType } from '../../../shared/work-items.ts';

/** A JSON Patch operation (AZ2). */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

export interface TargetProject {
  /** GUID: a renamed project is the same. */
  readonly id: string;
  readonly name: string;
  readonly processName: string | null;
  readonly processTypeId: string | null;
}

export interface TargetField {
  readonly referenceName: string;
  readonly name: string;
  /** `string`, `html`, `plainText`, `integer`, `double`, `dateTime`, `treePath`, `boolean` and what else the service has. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly defaultValue: unknown;
  /** Null for a field without a pick list. */
  readonly allowedValues: readonly string[] | null;
}

export interface TargetWorkItemType {
  readonly name: string;
  readonly referenceName: string;
  readonly fields: ReadonlyMap<string, TargetField>;
}

/** FM1: default types of the categories; a level may be missing. */
export interface TargetTypes {
  readonly epic: TargetWorkItemType | null;
  readonly feature: TargetWorkItemType | null;
  readonly requirement: TargetWorkItemType | null;
  readonly task: TargetWorkItemType | null;
}

export interface TargetRelation {
  readonly rel: string;
  readonly url: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface TargetItem {
  readonly id: number;
  readonly rev: number;
  readonly type: string;
  readonly projectName: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly relations: readonly TargetRelation[];
  /** The page for people (PU23). */
  readonly htmlUrl: string;
  /** `System.ChangedBy` as the service says it. */
  readonly changedBy: Readonly<Record<string, unknown>> | null;
}

export interface Deletion {
  readonly id: number;
  readonly outcome: 'deleted' | 'gone' | 'failed';
  readonly code: string;
  readonly message: string;
}

export type TrackerFailureKind =
  | 'auth'
  | 'forbidden'
  | 'not-found'
  | 'rejected'
  | 'stale'
  | 'throttled'
  | 'timeout'
  | 'server'
  | 'network'
  | 'unreadable'
  | 'open-circuit'
  | 'host';

/** A call that failed, with its whole cause (AZ18). */
export class TrackerFailure extends Error {
  override readonly name = 'TrackerFailure';
  readonly kind: TrackerFailureKind;
  /** The call may have taken effect (RC4). */
  readonly isAmbiguous: boolean;
  readonly status: number | null;
  /** `TF51535`, `VS402323` …, from the head of the message. */
  readonly upstreamCode: string | null;
  readonly typeKey: string | null;
  readonly activityId: string | null;
  /** Of rule errors: field by field. */
  readonly fieldErrors: readonly { readonly field: string; readonly message: string }[];

  constructor(
    message: string,
    facts: {
      readonly kind: TrackerFailureKind;
      readonly isAmbiguous: boolean;
      readonly status?: number | null;
      readonly upstreamCode?: string | null;
      readonly typeKey?: string | null;
      readonly activityId?: string | null;
      readonly fieldErrors?: readonly { readonly field: string; readonly message: string }[];
    },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = facts.kind;
    this.isAmbiguous = facts.isAmbiguous;
    this.status = facts.status ?? null;
    this.upstreamCode = facts.upstreamCode ?? null;
    this.typeKey = facts.typeKey ?? null;
    this.activityId = facts.activityId ?? null;
    this.fieldErrors = facts.fieldErrors ?? [];
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Told of throttling and retries, for the phase to say (AZ21). */
  readonly onWait?: (message: string, waitMs: number) => void;
  readonly retryBudgetMs?: number;
}

export interface NewItem {
  /** Work item type by name: `User Story`. */
  readonly type: string;
  readonly patch: readonly PatchOperation[];
}

/** One entry of a `$batch`: made, refused, or in doubt (AZ14). */
export type CreateOutcome =
  { readonly ok: true; readonly item: TargetItem } | { readonly ok: false; readonly failure: TrackerFailure };

/** One connection to one organisation. Every method throws `TrackerFailure`, or the reason of an aborted signal. */
export interface Tracker {
  /** In lower case (RC1). */
  readonly organization: string;
  /** By name in any case, or by GUID. */
  findProject(nameOrId: string, options?: CallOptions): Promise<TargetProject>;
  /** Types of the categories with their fields: four to six calls, once a push (AZ11). */
  readTypes(project: TargetProject, options?: CallOptions): Promise<TargetTypes>;
  /** In chunks of 200 with relations; absent ids are absent from the map (PL3). */
  readItems(ids: readonly number[], options?: CallOptions): Promise<ReadonlyMap<number, TargetItem>>;
  /** Every work item of the project in order of id, by keyset (AZ7). */
  listIds(project: TargetProject, options?: CallOptions): AsyncIterable<readonly number[]>;
  /** Ids of a type and title created on or after a time: candidates that may carry a marker (RC5). */
  findCandidates(
    project: TargetProject,
    candidate: { readonly type: string; readonly title: string; readonly createdSince: Date },
    options?: CallOptions,
  ): Promise<readonly number[]>;
  /** Ids whose field holds exactly this text (markerField, RC5). */
  findByField(
    project: TargetProject,
    field: string,
    value: string,
    options?: CallOptions,
  ): Promise<readonly number[]>;
  /** Ids by the address of their hyperlinks (AZ10); at most 200 addresses a call. */
  findByHyperlink(
    project: TargetProject,
    urls: readonly string[],
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, readonly number[]>>;
  create(project: TargetProject, item: NewItem, options?: CallOptions): Promise<TargetItem>;
  /** Siblings with an existing parent, at most 50, in order (AZ14). A total failure is thrown. */
  createMany(
    project: TargetProject,
    items: readonly NewItem[],
    options?: CallOptions,
  ): Promise<readonly CreateOutcome[]>;
  /** The patch begins with `test /rev`; a stale one is kind `stale`. */
  update(id: number, patch: readonly PatchOperation[], options?: CallOptions): Promise<TargetItem>;
  /** The service's own rules, nothing stored (AZ5, PL6). */
  probe(
    project: TargetProject,
    change: { readonly item: NewItem } | { readonly id: number; readonly patch: readonly PatchOperation[] },
    options?: CallOptions,
  ): Promise<void>;
  /** At most 200 ids; every id has an outcome (AZ8). */
  delete(
    project: TargetProject,
    ids: readonly number[],
    how: { readonly destroy: boolean },
    options?: CallOptions,
  ): Promise<readonly Deletion[]>;
  /** What a relation to a work item points at; built from the connection, never from defaults (AZ13). */
  workItemUrl(id: number): string;
}

/** A tracker for a connection that may be used, with the settings that a push honours (CN1). */
export interface OpenTarget {
  readonly connectionId: string;
  readonly tracker: Tracker;
  /** Fixed for each connection: markers are found by it for ever (RC3). */
  readonly markerBase: string;
  readonly markerField: string | null;
  readonly useBatch: boolean;
  readonly pushConcurrency: number;
}

/** PU10: the named connection, or the active one. Throws what the route answers with. */
export type FindTarget = (connectionId: string | null) => Promise<OpenTarget>;

export const typeLevels = ['epic', 'feature', 'user_story'] as const satisfies readonly ItemType[];
