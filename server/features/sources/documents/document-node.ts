/** A document as the node that mapping reads: the same names as an Ardoq component has (PU43, FM5). */
import type { ItemType, NodeType } from '../../../../shared/work-items.ts';
import { toStorable, toStorableText } from '../storable.ts';
import { splitAcceptance } from './acceptance.ts';
import { type SourceDocument, valuesOf } from './source-document.ts';

export function toDocumentNode(
  document: SourceDocument,
  { sourceId, refId, type }: { sourceId: string; refId: string; type: ItemType },
): Record<string, unknown> {
  const { description, acceptance } = splitAcceptance(document.content);
  const custom = Object.entries(document.metadataValues).map(([key, values]) => [key, values.join('; ')]);
  const node = {
    _id: sourceId,
    name: toDocumentName(document),
    type: nodeTypeOf[type],
    description,
    ...(acceptance === null ? {} : { acceptanceCriteria: acceptance }),
    ...(document.priority === null ? {} : { priority: document.priority }),
    ...(document.storyPoints === null ? {} : { points: document.storyPoints }),
    tags: findTags(document),
    refId,
    path: document.path,
    status: document.status,
    owner: document.owner,
    customFields: Object.fromEntries(custom) as Record<string, string>,
  };
  const stored = toStorable(node);
  return stored.ok ? (stored.value as Record<string, unknown>) : node;
}

export const toDocumentName = ({ title }: SourceDocument): string => toStorableText(title.trim());

const nodeTypeOf: Readonly<Record<ItemType, NodeType>> = {
  epic: 'Epic',
  feature: 'Feature',
  user_story: 'User Story',
};

function findTags(document: SourceDocument): string[] {
  const written = valuesOf(document, ['tags', 'tag', 'labels', 'label', 'keywords']);
  const tags = written.flatMap((value) => value.split(/[,;\n]/)).map((tag) => tag.trim().replace(/^#/, ''));
  return [...new Set(tags.filter((tag) => !empty.has(tag.toLowerCase())))];
}

const empty = new Set(['', '-', '--', '—', 'none', 'n/a', 'null', '~', '[]']);
