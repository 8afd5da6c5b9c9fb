/** The link as it is computed: what makes its key, its id, and whether a row is another one (LK1). */
import { hash } from 'node:crypto';
import type { LinkOrigin } from '../../../shared/views/link.ts';

/** An entity as `<type>:<id>`; types keep equal ids apart. */
export type Entity = `${'feature' | 'document' | 'task' | 'session'}:${string}`;

export interface EntityParts {
  readonly type: string;
  readonly id: string;
}

export function toParts(entity: Entity): EntityParts {
  const at = entity.indexOf(':');
  return { type: entity.slice(0, at), id: entity.slice(at + 1) };
}

export const toEntity = (type: string, id: string): Entity => `${type}:${id}` as Entity;

export interface LinkKey {
  readonly source: Entity;
  readonly target: Entity;
  readonly linkType: string;
}

/** Everything of a row but its id, its key and when it was first made. */
export interface LinkBody {
  readonly origin: LinkOrigin;
  readonly strategy: string;
  readonly confidence: number;
  readonly depth: number;
  readonly sortOrder: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What an explanation shows beside the metadata; null where the metadata says it all. */
  readonly explanation: Readonly<Record<string, unknown>> | null;
  readonly broken: boolean;
}

/** LK1: equal across rebuilds. */
export function toLinkId(projectId: string, { source, target, linkType }: LinkKey): string {
  const [from, to] = [toParts(source), toParts(target)];
  const key = [projectId, from.type, from.id, to.type, to.id, linkType].join('\0');
  return `LK-${hash('sha256', key).slice(0, 32)}`;
}

/** Tells one text from another; a short one is its own digest. */
export const toDigest = (text: string): string => (text.length <= 60 ? text : hash('sha1', text, 'base64'));
