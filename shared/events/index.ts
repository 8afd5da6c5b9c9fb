/** The catalogue: every event there is, as one discriminated union. */
import { z } from 'zod';
import type { OperationId, ProjectId } from '../ids.ts';
import { TokenCreated, TokenRevoked } from './access.ts';
import { AuditRecorded } from './audit.ts';
import { DocumentsChanged } from './document.ts';
import type { Topic } from './define.ts';
import { LinkReviewed, LinksChanged } from './link.ts';
import {
  OperationCancelled,
  OperationCancelling,
  OperationCompleted,
  OperationFailed,
  OperationIssue,
  OperationPhase,
  OperationProgress,
  OperationQueued,
  OperationStarted,
} from './operation.ts';
import { FeaturesChanged } from './plan.ts';
import { ProjectChanged, ProjectRegistered, ProjectRemoved, ProjectStatus } from './project.ts';
import { SessionsChanged } from './session.ts';
import { SyncComplete, SyncError, SyncStarted } from './sync.ts';
import { ReconcileCompleted, WatchBatch, WatchDegraded, WatchReady, WatchRecovered } from './watch.ts';
import { workItemEvents } from './work-item.ts';

export const SynclineEvent = z.discriminatedUnion('type', [
  OperationQueued,
  OperationStarted,
  OperationPhase,
  OperationProgress,
  OperationIssue,
  OperationCompleted,
  OperationFailed,
  OperationCancelling,
  OperationCancelled,
  SyncStarted,
  SyncComplete,
  SyncError,
  ProjectRegistered,
  ProjectChanged,
  ProjectRemoved,
  ProjectStatus,
  DocumentsChanged,
  SessionsChanged,
  FeaturesChanged,
  LinksChanged,
  LinkReviewed,
  WatchReady,
  WatchBatch,
  WatchDegraded,
  WatchRecovered,
  ReconcileCompleted,
  ...workItemEvents,
  AuditRecorded,
  TokenCreated,
  TokenRevoked,
]);
export type SynclineEvent = z.infer<typeof SynclineEvent>;
export type EventType = SynclineEvent['type'];
export const eventTypes: readonly EventType[] = SynclineEvent.options.map(
  (option) => option.shape.type.value,
);

/** The event of one type. */
export type EventOf<T extends EventType> = Extract<SynclineEvent, { type: T }>;

/** What a writer hands to the journal: everything but the stamp the journal gives. */
export type EventDraft = {
  [T in EventType]: {
    readonly type: T;
    readonly projectId: ProjectId | null;
    readonly operationId: OperationId | null;
    readonly topic: readonly Topic[];
    readonly data: EventOf<T>['data'];
  };
}[EventType];
