/** The topics of whatever one operation has to say. */
import type { Topic } from '../../shared/events/define.ts';

interface Speaker {
  readonly id: string;
  readonly kind: string;
  readonly projectSlug: string | null;
}

export function topicsOf({ id, kind, projectSlug }: Speaker): Topic[] {
  const topics: Topic[] = [`operation:${id}`, `kind:${kind}`];
  return projectSlug === null ? topics : [...topics, `project:${projectSlug}`];
}
