import { describe, expect, test } from 'vitest';
import { findIds, toIdKey } from '../../../server/features/documents/parse/ids.ts';
import { parseProjectConfig } from '../../../server/features/documents/parse/project-config.ts';
import { builtInVocabulary, extendVocabulary } from '../../../server/features/documents/parse/vocabulary.ts';
import { issuesOf, lines, read } from './read.ts';

const typeOf = (filePath: string, text = '') => read(text, { filePath }).type;
const withFrontMatter = (...block: string[]) => lines('---', ...block, '---', 'Body');

describe('[DC2] type by id prefix', () => {
  test.each([
    ['EP', 'epic'],
    ['US', 'story'],
    ['PL', 'plan'],
    ['TS', 'test-spec'],
    ['BG', 'bug'],
    ['CR', 'cr'],
    ['RFC', 'rfc'],
    ['WF', 'workflow'],
    ['RETRO', 'retro'],
    ['RV', 'review'],
    ['TSP', 'test-spec'],
    ['IS', 'issue'],
    ['SC', 'charter'],
    ['HO', 'handoff'],
  ])('%s → %s', (prefix, type) => {
    expect(read('', { filePath: `${prefix}0001-name.md` })).toMatchObject({ type, refId: `${prefix}0001` });
    expect(read('', { filePath: `${prefix}-01KX8B82.md` })).toMatchObject({
      type,
      refId: `${prefix}-01KX8B82`,
    });
  });
});

describe('[DC3] [DP10] ids', () => {
  test.each<[string, string | null]>([
    ['US0028-schema', 'US0028'],
    ['US-0028-schema', 'US0028'],
    ['us0028', 'US0028'],
    ['Us-0028', 'US0028'],
    ['US00281', 'US00281'],
    ['US0028_schema', 'US0028'],
    ['US0028.draft', 'US0028'],
    ['BG-01KX8B82', 'BG-01KX8B82'],
    ['bg-01KX8B82-name', 'BG-01KX8B82'],
    ['BG-01KX8B82ABC', 'BG-01KX8B82ABC'],
    ['RFC0001', 'RFC0001'],
    ['TSP0001', 'TSP0001'],
    ['US028', null],
    ['US0028a', null],
    ['US0028B-name', null],
    ['US 0028', null],
    ['US--0028', null],
    ['XX0028', null],
    ['aUS0028', null],
    ['PL-answered', null],
    ['PL-ANSWERED', null],
    ['PL-ABCDEFGH', null],
    ['BG-01KX8B8', null],
    ['BG-01kx8b82', null],
    ['BG-01KX8B82a', null],
    ['BG-01KXIB82', null],
    ['BG01KX8B82', null],
  ])('stem %s → %s', (stem, id) => {
    expect(read('', { filePath: `${stem}.md` })).toMatchObject({ docId: stem, refId: id, subjectId: null });
  });

  test.each<[string, string[]]>([
    ['[EP0007: Name](../epics/EP0007-x.md), see ep-0009', ['EP0007', 'EP0007', 'EP0009']],
    ['US0001/US0002 and (BG-01KX8B82)', ['US0001', 'US0002', 'BG-01KX8B82']],
    ['status0001 plus0001 US00x1', []],
    ['', []],
  ])('in %j: %j', (text, ids) => {
    expect(findIds(text, builtInVocabulary.ids)).toEqual(ids);
  });

  test('spellings of one id are equal', () => {
    expect(new Set(['US0028', 'us-0028', 'Us0028'].map(toIdKey)).size).toBe(1);
    expect(toIdKey('BG-01KX8B82')).toBe(toIdKey('bg01kx8b82'));
  });

  test.each<[string, string, string | null, string | null]>([
    ['stories/US0194-x.md', 'story', 'US0194', null],
    ['US0194.md', 'story', 'US0194', null],
    ['misc/US0194.md', 'story', 'US0194', null],
    ['decisions/US0194.md', 'story', null, 'US0194'],
    ['reviews/EP0001-review.md', 'epic', null, 'EP0001'],
    ['test-specs/TSP0001.md', 'test-spec', 'TSP0001', null],
    ['archive/stories/US0194.md', 'story', 'US0194', null],
  ])('%s is a %s that owns %s and is about %s', (filePath, type, refId, subjectId) => {
    expect(read('', { filePath })).toMatchObject({ type, refId, subjectId });
  });
});

describe('[DC2] type by stem', () => {
  test.each(['prd', 'trd', 'tsd', 'pvd', 'personas', 'decisions', 'constitution', 'brand-guide'])(
    '%s',
    (stem) => {
      expect(typeOf(`stories/${stem}.md`)).toBe(stem);
      expect(typeOf(`${stem.toUpperCase()}.md`)).toBe(stem);
      expect(typeOf(`${stem}-old.md`)).toBe('other');
    },
  );
});

describe('[DC2] [DP8] type by folder', () => {
  test.each([
    ['epics', 'epic'],
    ['stories', 'story'],
    ['plans', 'plan'],
    ['test-specs', 'test-spec'],
    ['bugs', 'bug'],
    ['change-requests', 'cr'],
    ['rfcs', 'rfc'],
    ['workflows', 'workflow'],
    ['retros', 'retro'],
    ['reviews', 'review'],
    ['decisions', 'decision'],
    ['personas', 'persona'],
    ['product', 'pvd'],
    ['issues', 'issue'],
    ['charters', 'charter'],
    ['handoffs', 'handoff'],
    ['PRDs', 'prd'],
    ['implementation_plans', 'implementation_plan'],
    ['reports', 'report'],
    ['design-specs', 'design_doc'],
    ['design', 'design_doc'],
    ['specs', 'spec'],
    ['spec', 'spec'],
    ['SPIKEs', 'spike'],
    ['ideas', 'idea'],
  ])('%s → %s', (folder, type) => {
    expect(typeOf(`${folder}/x.md`)).toBe(type);
    expect(typeOf(`a/${folder.toUpperCase()}/b/x.md`)).toBe(type);
  });

  test.each([
    ['implementation_plans/bugs/x.md', 'implementation_plan'],
    ['implementation_plans/a/phase-2-x.md', 'phase_plan'],
    ['implementation_plans/a/my-phase-2.md', 'implementation_plan'],
    ['bugs/plans/x.md', 'bug'],
    ['x/y/z.md', 'other'],
    ['stories.md', 'other'],
  ])('%s → %s: the first known folder wins', (filePath, type) => {
    expect(typeOf(filePath)).toBe(type);
  });

  test('folders above the entry say nothing', () => {
    expect(read('', { filePath: 'plans/mine/x.md', entry: 'plans' }).type).toBe('other');
    expect(read('', { filePath: 'plans/epics/x.md', entry: 'plans' }).type).toBe('epic');
  });

  test('below a progress entry what nothing else names is progress', () => {
    const where = { entry: '.claude/progress', entryKind: 'progress' } as const;

    expect(read('', { ...where, filePath: '.claude/progress/foo/phase-1.md' }).type).toBe('progress');
    expect(read('', { ...where, filePath: '.claude/progress/reports/x.md' }).type).toBe('report');
  });
});

describe('[DC2] [DP8] type by front matter', () => {
  test.each([
    ['product_requirements', 'prd'],
    ['plan', 'implementation_plan'],
    ['benchmark', 'report'],
    ['postmortem', 'report'],
    ['status_report', 'report'],
    ['wireframe', 'design_doc'],
    ['interaction_spec', 'design_doc'],
    ['design_spec', 'design_doc'],
    ['quick-feature', 'progress'],
    ['quick_feature', 'progress'],
    ['quick-feature-plan', 'progress'],
    ['request-log', 'request_log'],
    ['document', 'other'],
    ['prd', 'prd'],
    ['PRD', 'prd'],
    ['phase_plan', 'phase_plan'],
    ['phase-plan', 'phase_plan'],
    ['test_spec', 'test-spec'],
    ['progress', 'progress'],
    ['story', 'story'],
  ])('%s → %s', (value, type) => {
    expect(typeOf('reports/x.md', withFrontMatter(`doc_type: ${value}`))).toBe(type);
    expect(typeOf('x.md', withFrontMatter(`type: ${value}`))).toBe(type);
  });

  test('doc_type goes before type, and both before the folder; id and stem go before them', () => {
    const text = withFrontMatter('type: prd', 'doc_type: report');

    expect(typeOf('epics/x.md', text)).toBe('report');
    expect(typeOf('epics/US0001.md', text)).toBe('story');
    expect(typeOf('epics/trd.md', text)).toBe('trd');
  });

  test('an unknown value is kept and told, and the path decides', () => {
    const document = read(withFrontMatter('title: T', 'doc_type: architecture'), { filePath: 'specs/x.md' });

    expect(document).toMatchObject({
      type: 'spec',
      metadata: { type: 'architecture', doc_type: 'architecture' },
    });
    expect(issuesOf(document)).toEqual(['UNKNOWN_TYPE:3']);
    expect(document.issues[0]?.message).toContain('architecture');
  });

  test('an unknown doc_type does not hide a known type', () => {
    const document = read(withFrontMatter('doc_type: sketch', 'type: prd'), { filePath: 'x.md' });

    expect(document).toMatchObject({ type: 'prd', metadata: { type: 'prd' } });
    expect(issuesOf(document)).toEqual(['UNKNOWN_TYPE:2']);
  });

  test('a Type in the quote header is no type', () => {
    expect(typeOf('x.md', '# T\n> **Type:** prd\n')).toBe('other');
  });
});

describe('[DP9] subtype and category', () => {
  const progress = { entry: '.claude/progress', entryKind: 'progress' } as const;

  test.each([
    ['quick-features/phase-1-x.md', '', 'quick_feature'],
    ['foo/all-phases-progress.md', '', 'all_phases'],
    ['foo/foo-all-phases.md', '', 'all_phases'],
    ['foo/phase-1-progress.md', '', 'phase'],
    ['foo/notes.md', '', 'other'],
    ['foo/phase-1.md', withFrontMatter('type: quick-feature-plan'), 'quick_feature'],
    ['foo/phase-1.md', withFrontMatter('doc_type: progress', 'type: quick_feature'), 'quick_feature'],
  ])('%s with %j is %s', (path, text, subtype) => {
    expect(read(text, { ...progress, filePath: `.claude/progress/${path}` })).toMatchObject({
      type: 'progress',
      subtype,
    });
  });

  test('only progress has a subtype', () => {
    expect(read('', { filePath: 'implementation_plans/phase-1.md' }).subtype).toBeNull();
  });

  test.each<[string, string, string | null]>([
    ['PRDs/features/foo.md', '', 'features'],
    ['PRDs/features/deep/foo.md', '', 'features'],
    ['PRDs/foo.md', '', null],
    ['a/PRDs/features/foo.md', '', 'features'],
    ['a/b/foo.md', '', null],
    ['PRDs/features/foo.md', withFrontMatter('category: planning'), 'planning'],
    ['PRDs/features/foo.md', withFrontMatter('category: ~'), 'features'],
  ])('category of %s with %j is %s', (filePath, text, category) => {
    expect(read(text, { filePath }).category).toBe(category);
  });
});

test.each([
  ['stories/_US0001.md', true],
  ['_old.md', true],
  ['stories/archive/US0001.md', true],
  ['_archive/US0001.md', true],
  ['_archive-2025/stories/US0001.md', true],
  ['archives/US0001.md', false],
  ['stories/US0001_archive.md', false],
  ['my_archive/US0001.md', false],
])('[DC4] %s archived: %s', (filePath, archived) => {
  expect(read('', { filePath }).archived).toBe(archived);
});

test.each([
  ['stories/US0028-schema.md', 'US0028-schema'],
  ['a.b.md', 'a.b'],
  ['.hidden.md', '.hidden'],
  ['x.md.md', 'x.md'],
  ['Ünïcode name.md', 'Ünïcode name'],
])('[DC5] the doc_id of %s is the full stem %s', (filePath, docId) => {
  expect(read('', { filePath }).docId).toBe(docId);
});

test('[DC2] a project extends the tables', () => {
  const { config, issues } = parseProjectConfig(
    lines(
      'types:',
      '  prefixes: {ADR: adr}',
      '  folders: {"Decision Log": adr}',
      '  stems: {roadmap: roadmap}',
      '  values: {runbook: report}',
    ),
  );
  const vocabulary = extendVocabulary(config);
  const type = (filePath: string, text = '') => read(text, { filePath, vocabulary }).type;

  expect(issues).toEqual([]);
  expect(read('', { filePath: 'adr-0007-x.md', vocabulary })).toMatchObject({
    type: 'adr',
    refId: 'ADR0007',
  });
  expect(type('decision-log/x.md')).toBe('adr');
  expect(type('Roadmap.md')).toBe('roadmap');
  expect(type('x.md', withFrontMatter('type: runbook'))).toBe('report');
  expect(type('x.md', withFrontMatter('type: ADR'))).toBe('adr');
  expect(type('US0001.md')).toBe('story');
});
