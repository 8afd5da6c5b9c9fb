/** The rules of the health check as data (HC2): the gravest first, then by name, as findings are ordered. */
import { HealthSeverity } from '../../../shared/views/health-check.ts';
import { isAbout, nameOf, type CheckedDocument } from './checked-document.ts';
import { examineDuplicates } from './duplicates.ts';
import { eachDocument, wholeTree, type Rule } from './rule.ts';

const records: ReadonlySet<string> = new Set([
  'retro',
  'review',
  'decision',
  'persona',
  'personas',
  'pvd',
  'handoff',
]);

const withoutStatus: ReadonlySet<string> = new Set([
  ...records,
  'prd',
  'trd',
  'tsd',
  'brand-guide',
  'constitution',
  'decisions',
  'progress',
  'other',
]);

const dayMs = 86_400_000;
const shortestContent = 50;

/** In play: what is archived, or only speaks of another document's id, answers to the rules of integrity alone. */
const isInPlay = (document: CheckedDocument): boolean => !document.archived && !isAbout(document);

const isA =
  (...types: readonly string[]) =>
  (document: CheckedDocument): boolean =>
    types.includes(document.type) && isInPlay(document);

const isStory = isA('story');
const isOpenStory = (document: CheckedDocument): boolean => isStory(document) && !document.isTerminal;
/** A plan or test-spec that names an epic and no story serves the whole epic. */
const isScopedToEpic = ({ namedEpics, namedStories }: CheckedDocument): boolean =>
  namedEpics.length > 0 && namedStories.length === 0;

const inAnyOrder: readonly Rule[] = [
  {
    id: 'MISSING_PRD',
    severity: 'critical',
    category: 'completeness',
    examine: wholeTree(
      'prd',
      'The project has no product requirements document',
      'Write prd.md: what is built, for whom, and how one knows that it works.',
    ),
  },
  {
    id: 'MISSING_TRD',
    severity: 'high',
    category: 'completeness',
    examine: wholeTree(
      'trd',
      'The project has no technical requirements document',
      'Write trd.md: architecture, interfaces and constraints.',
    ),
  },
  {
    id: 'MISSING_PLAN',
    severity: 'medium',
    category: 'completeness',
    examine: eachDocument({
      checks: isOpenStory,
      finds: (story, tree) =>
        tree.naming('story', 'plan', story.refId).length > 0
          ? null
          : [
              `No plan names story ${nameOf(story)}`,
              `Write a plan with "> **Story:** ${nameOf(story)}" in its header.`,
            ],
    }),
  },
  {
    id: 'MISSING_TEST_SPEC',
    severity: 'medium',
    category: 'completeness',
    examine: eachDocument({
      checks: isOpenStory,
      finds(story, tree) {
        const ofStory = tree.naming('story', 'test-spec', story.refId);
        const ofEpic = story.namedEpics.some((epic) =>
          tree.naming('epic', 'test-spec', epic).some(isScopedToEpic),
        );
        if (ofStory.length > 0 || ofEpic) return null;
        return [
          `No test-spec names story ${nameOf(story)}${story.epic === null ? '' : ` or its epic ${story.epic}`}`,
          `Write a test-spec with "> **Story:** ${nameOf(story)}" in its header${story.epic === null ? '' : ', or one for the epic'}.`,
        ];
      },
    }),
  },
  {
    id: 'EPIC_NO_STORIES',
    severity: 'high',
    category: 'completeness',
    examine: eachDocument({
      checks: (document) => isA('epic')(document) && !/(^|\/)reviews\//.test(document.path),
      finds: (epic, tree) =>
        tree.naming('epic', 'story', epic.refId).length > 0
          ? null
          : [
              `No story names epic ${nameOf(epic)}`,
              `Write its stories, or add "> **Epic:** ${nameOf(epic)}" to theirs.`,
            ],
    }),
  },
  {
    id: 'STORY_NO_EPIC',
    severity: 'high',
    category: 'consistency',
    examine: eachDocument({
      checks: isStory,
      finds: (story) =>
        story.namedEpics.length > 0 || story.mentionsEpic
          ? null
          : [`Story ${nameOf(story)} names no epic`, 'Add "> **Epic:** EP…" to its header.'],
    }),
  },
  {
    id: 'PLAN_NO_STORY',
    severity: 'medium',
    category: 'consistency',
    examine: eachDocument({
      checks: (document) => isA('plan')(document) && !isScopedToEpic(document),
      finds: (plan) =>
        plan.namedStories.length > 0
          ? null
          : [
              `Plan ${nameOf(plan)} names no story`,
              'Add "> **Story:** US…" (or "> **Epic:** EP…") to its header.',
            ],
    }),
  },
  {
    id: 'TEST_SPEC_NO_STORY',
    severity: 'medium',
    category: 'consistency',
    examine: eachDocument({
      checks: (document) => isA('test-spec')(document) && !isScopedToEpic(document),
      finds: (spec) =>
        spec.namedStories.length > 0
          ? null
          : [
              `Test-spec ${nameOf(spec)} names no story`,
              'Add "> **Story:** US…" (or "> **Epic:** EP…") to its header.',
            ],
    }),
  },
  {
    id: 'ORPHAN_REFERENCE',
    severity: 'medium',
    category: 'consistency',
    examine: eachDocument({
      checks: (document) =>
        isInPlay(document) &&
        !records.has(document.type) &&
        (document.epic !== null || document.story !== null),
      finds(document, tree) {
        const missing = [document.epic, document.story].filter(
          (id): id is string => id !== null && tree.ownerOf(id) === undefined,
        );
        if (missing.length === 0) return null;
        const ids = [...new Set(missing)].join(' and ');
        return [
          `${nameOf(document)} refers to ${ids}, which no document owns`,
          `Correct the id in the header, or add the document of ${ids}.`,
        ];
      },
    }),
  },
  {
    id: 'STATUS_MISMATCH',
    severity: 'low',
    category: 'consistency',
    examine: eachDocument({
      checks: (document) => isA('epic')(document) && document.isTerminal,
      finds(epic, tree) {
        const open = tree.naming('epic', 'story', epic.refId).filter(isOpenStory);
        if (open.length === 0) return null;
        return [
          `Epic ${nameOf(epic)} is ${epic.status ?? ''}, but ${listNames(open)} ${open.length === 1 ? 'is' : 'are'} not`,
          'Finish or close those stories, or open the epic again.',
        ];
      },
    }),
  },
  {
    id: 'STALE_ARTEFACT_STATUS',
    severity: 'low',
    category: 'consistency',
    examine: eachDocument({
      checks: (document, tree) =>
        isA('plan', 'test-spec', 'workflow')(document) && tree.ownerOf(document.story)?.isTerminal === true,
      finds: (document, tree) =>
        document.isTerminal
          ? null
          : [
              `Story ${document.story ?? ''} is ${tree.ownerOf(document.story)?.status ?? ''}, but its ${document.type} ${nameOf(document)} is ${document.status ?? 'without status'}`,
              `Set the status of ${nameOf(document)} to what became of it.`,
            ],
    }),
  },
  {
    id: 'UNTRIAGED_INBOX',
    severity: 'low',
    category: 'consistency',
    examine: eachDocument({
      checks: isA('bug', 'cr', 'rfc'),
      finds: (document) =>
        document.status?.toLowerCase() !== 'inbox'
          ? null
          : [`${nameOf(document)} is still in the inbox`, 'Triage it: give it a status, or reject it.'],
    }),
  },
  {
    id: 'MISSING_STATUS',
    severity: 'high',
    category: 'quality',
    examine: eachDocument({
      checks: (document) => isInPlay(document) && !withoutStatus.has(document.type),
      finds: (document) =>
        document.status !== null
          ? null
          : [`${nameOf(document)} has no status`, 'Add "> **Status:** …" to its header.'],
    }),
  },
  {
    id: 'MISSING_OWNER',
    severity: 'medium',
    category: 'quality',
    examine: eachDocument({
      checks: isA('story', 'epic'),
      finds: (document) =>
        document.hasOwner
          ? null
          : [`${nameOf(document)} has no owner`, 'Add "> **Owner:** …" to its header.'],
    }),
  },
  {
    id: 'MISSING_PRIORITY',
    severity: 'low',
    category: 'quality',
    examine: eachDocument({
      checks: isOpenStory,
      finds: (story) =>
        story.hasPriority
          ? null
          : [`Story ${nameOf(story)} has no priority`, 'Add "> **Priority:** …" to its header.'],
    }),
  },
  {
    id: 'MISSING_STORY_POINTS',
    severity: 'low',
    category: 'quality',
    examine: eachDocument({
      checks: isOpenStory,
      finds: (story) =>
        story.hasStoryPoints
          ? null
          : [`Story ${nameOf(story)} has no estimate`, 'Add "> **Story Points:** …" to its header.'],
    }),
  },
  {
    id: 'DUPLICATE_DOC_ID',
    severity: 'critical',
    category: 'integrity',
    examine: examineDuplicates,
  },
  {
    id: 'EMPTY_CONTENT',
    severity: 'high',
    category: 'integrity',
    examine: eachDocument({
      checks: () => true,
      finds: (document) =>
        document.contentLength >= shortestContent
          ? null
          : [
              `${nameOf(document)} holds ${document.contentLength === 0 ? 'nothing' : 'next to nothing'} below its title and header`,
              'Write it, or remove the file.',
            ],
    }),
  },
  {
    id: 'STALE_DOCUMENT',
    severity: 'low',
    category: 'integrity',
    examine: eachDocument({
      checks: (document) => !document.isTerminal && !records.has(document.type),
      finds(document, _tree, { nowMs, staleDays }) {
        // HC5: the date of the file, never that of the index.
        const ageDays = document.fileDateMs === null ? 0 : (nowMs - document.fileDateMs) / dayMs;
        if (ageDays <= staleDays) return null;
        return [
          `${nameOf(document)} is not finished and has not changed for ${Math.floor(ageDays)} days`,
          'Bring it up to date, close it, or archive it.',
        ];
      },
    }),
  },
];

const rankOf = (severity: HealthSeverity): number => HealthSeverity.options.indexOf(severity);

export const rules: readonly Rule[] = inAnyOrder.toSorted(
  (one, other) => rankOf(one.severity) - rankOf(other.severity) || (one.id < other.id ? -1 : 1),
);

const mostNames = 5;

function listNames(documents: readonly CheckedDocument[]): string {
  const named = documents.slice(0, mostNames).map(nameOf).join(', ');
  return documents.length > mostNames ? `${named} and ${documents.length - mostNames} more` : named;
}
