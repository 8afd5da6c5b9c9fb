/** Events to append: small, and alike but for what a test is about. */
import type { EventDraft, EventType } from '../../shared/events/index.ts';
import type { Topic } from '../../shared/events/define.ts';
import { OperationId } from '../../shared/ids.ts';

type DraftOf<T extends EventType> = Extract<EventDraft, { type: T }>;

export const operationId = (last: number): OperationId =>
  OperationId.parse(`OP-01940000-0000-7000-8000-${String(last).padStart(12, '0')}`);

export const started = (slug: string): DraftOf<'sync:started'> => ({
  type: 'sync:started',
  projectId: null,
  operationId: null,
  topic: [`project:${slug}`],
  data: { slug, kind: 'full_sync', trigger: 'api' },
});

export const removed = (slug: string): DraftOf<'project:removed'> => ({
  type: 'project:removed',
  projectId: null,
  operationId: null,
  topic: [`project:${slug}`],
  data: { slug },
});

/** Its name is so long that a few of them fill every buffer of a connection. */
export const heavy = (bytes: number): EventDraft => ({
  ...removed('heavy'),
  data: { slug: 'x'.repeat(bytes) },
});

export const named = (name: string): EventDraft => ({ ...removed('hostile'), data: { slug: name } });

export const progress = (operation: OperationId, processed: number): EventDraft => ({
  type: 'operation:progress',
  projectId: null,
  operationId: operation,
  topic: [`operation:${operation}` as Topic],
  data: {
    phase: 'documents',
    processed,
    total: null,
    ratePerSecond: null,
    etaMs: null,
    progress: {},
    counters: {},
    message: 'x'.repeat(1000),
  },
});

export const many = (count: number, slug = 'atlas'): EventDraft[] =>
  Array.from({ length: count }, () => started(slug));
