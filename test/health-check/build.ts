/** Small documents for tests of the rules: each test names only what matters to it. */
import type { CheckedDocument } from '../../server/features/health-check/checked-document.ts';
import { HealthTree } from '../../server/features/health-check/health-tree.ts';

export function documentOf(path: string, over: Partial<CheckedDocument> = {}): CheckedDocument {
  const stem = (path.split('/').at(-1) ?? '').replace(/\.md$/, '');
  return {
    path,
    entry: '.',
    docId: stem,
    type: 'other',
    title: stem,
    refId: null,
    subjectId: null,
    status: null,
    isTerminal: false,
    hasOwner: true,
    hasPriority: true,
    hasStoryPoints: true,
    epic: null,
    story: null,
    namedEpics: [],
    namedStories: [],
    mentionsEpic: false,
    archived: false,
    contentLength: 100,
    fileDateMs: null,
    ...over,
  };
}

/** In order of their paths, as they are loaded. */
export function treeOf(documents: readonly CheckedDocument[]): HealthTree {
  const tree = new HealthTree(() => 0);
  for (const document of documents) tree.add(document);
  return tree;
}
