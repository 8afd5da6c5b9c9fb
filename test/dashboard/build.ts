/** Small records and events for tests of the dashboard: each test names only what matters to it. */
import type { EventOf, EventType, SynclineEvent } from '../../shared/events/index.ts';
import type { DocumentId, EventId, OperationId, ProjectId, Seq, Slug } from '../../shared/ids.ts';
import type { OperationRecord, PhaseRecord } from '../../shared/operations.ts';
import type { DocumentDetail, DocumentItem } from '../../shared/views/document.ts';
import type { Project } from '../../shared/views/project.ts';

export const at = '2026-02-17T09:30:00.000Z';
export const plus = (ms: number): string => new Date(Date.parse(at) + ms).toISOString();

export const operationId = (n: number) =>
  `OP-019aa5c2-7b1e-7c40-9f3a-${String(n).padStart(12, '0')}` as OperationId;

export const project = (slug: string, over: Partial<Project> = {}): Project => ({
  slug: slug as Slug,
  name: slug,
  sdlc_path: `/home/ada/${slug}`,
  source_type: 'local',
  repo_url: null,
  repo_branch: 'main',
  repo_path: 'sdlc-studio',
  masked_token: null,
  connection_id: null,
  sync_status: 'synced',
  sync_error: null,
  schema_version: null,
  profile: null,
  last_synced_at: null,
  auto_sync: false,
  last_synced_commit_sha: null,
  document_count: 0,
  created_at: at,
  id: `p_${slug}` as ProjectId,
  updated_at: at,
  watch: true,
  active: false,
  paths: { docs: ['.'], progress: [], sessions: [] },
  last_operation_id: null,
  issue_count: 0,
  sync_counts: null,
  ...over,
});

export const operation = (n: number, over: Partial<OperationRecord> = {}): OperationRecord => ({
  id: operationId(n),
  kind: 'full_sync',
  projectId: 'p_atlas' as ProjectId,
  projectSlug: 'atlas',
  trigger: 'manual',
  actor: { kind: 'user', name: 'local' },
  status: 'running',
  phase: 'documents',
  message: '',
  progress: {},
  counters: {},
  stats: {},
  metadata: {},
  queuedAt: at,
  startedAt: at,
  updatedAt: at,
  finishedAt: null,
  durationMs: 0,
  error: null,
  errorCode: null,
  attempt: 1,
  retryOf: null,
  coalescedInto: null,
  waitingFor: null,
  cancelRequestedAt: null,
  etaMs: null,
  issues: 0,
  ...over,
});

export const phase = (name: PhaseRecord['name'], over: Partial<PhaseRecord> = {}): PhaseRecord => ({
  name,
  startedAt: at,
  finishedAt: null,
  durationMs: 0,
  progress: {},
  counters: {},
  ...over,
});

export const documentItem = (path: string, over: Partial<DocumentItem> = {}): DocumentItem => ({
  doc_id: path.replace('.md', ''),
  type: 'story',
  title: path,
  status: null,
  owner: null,
  priority: null,
  story_points: null,
  epic: null,
  story: null,
  updated_at: at,
  file_path: path,
  ref_id: null,
  file_date: null,
  archived: false,
  duplicate: false,
  ...over,
});

export const documentDetail = (path: string): DocumentDetail => ({
  ...documentItem(path),
  metadata: null,
  content: '',
  file_hash: '',
  synced_at: at,
  id: 'd_1' as DocumentId,
  aliases: [],
  depends_on: [],
  metadata_values: {},
  dates: { created: null, updated: null, completed: null, last_activity: null },
  size_bytes: 0,
  duplicates: [],
  issues: [],
});

export const documentRef = (path: string) => ({
  id: 'd_1' as DocumentId,
  path,
  type: 'story',
  docId: path.replace('.md', ''),
  title: path,
});

interface EventFrame {
  readonly seq?: number;
  readonly slug?: string;
  readonly operationId?: OperationId;
}

export function event<T extends EventType>(
  type: T,
  data: EventOf<T>['data'],
  { seq = 1, slug = 'atlas', operationId: id }: EventFrame = {},
): SynclineEvent {
  return {
    id: `epoch001-${seq}` as EventId,
    seq: seq as Seq,
    type,
    at: plus(seq),
    projectId: `p_${slug}` as ProjectId,
    operationId: id ?? null,
    topic: ['all', `project:${slug}`],
    data,
    // The parameters tie type and data together, which the union cannot see.
  } as unknown as SynclineEvent;
}

type Change = EventOf<'documents:changed'>['data'];

export const documentsChanged = (change: Partial<Change>, frame: EventFrame = {}): SynclineEvent =>
  event(
    'documents:changed',
    { added: [], updated: [], removed: [], documentCount: 0, issueCount: 0, ...change },
    frame,
  );

type Figures = EventOf<'operation:progress'>['data'];

export const progress = (n: number, figures: Partial<Figures>): SynclineEvent =>
  event(
    'operation:progress',
    {
      phase: 'documents',
      processed: null,
      total: null,
      ratePerSecond: null,
      etaMs: null,
      progress: {},
      counters: {},
      message: '',
      ...figures,
    },
    { operationId: operationId(n) },
  );
