import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HealthCheck, HealthRule } from '../../shared/views/health-check.ts';
import { toDocument } from './documents-kit.ts';
import { now, openFigures, page, pathsOf, text, type Files, type FiguresKit } from './figures-kit.ts';

let kit: FiguresKit;

beforeAll(async () => {
  kit = await openFigures();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const ofRule = async (slug: string, rule: HealthRule) => {
  const { findings, rules } = await kit.check(slug);
  return {
    findings: findings.filter(({ rule_id }) => rule_id === rule),
    result: rules.find(({ rule_id }) => rule_id === rule),
  };
};

const story = (id: string, ...fields: string[]): Files => ({
  [`stories/${id}-x.md`]: page(`${id}: X`, ...fields),
});
const epic = (id: string, ...fields: string[]): Files => ({
  [`epics/${id}-x.md`]: page(`${id}: X`, ...fields),
});
const plan = (id: string, ...fields: string[]): Files => ({
  [`plans/${id}-x.md`]: page(`${id}: X`, ...fields),
});
const spec = (id: string, ...fields: string[]): Files => ({
  [`test-specs/${id}-x.md`]: page(`${id}: X`, ...fields),
});
const archived = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, body]) => [`archive/${path}`, body]));

interface Case {
  readonly fires: Files;
  /** Of the files of the tree that fires, those that are affected. */
  readonly affected: readonly string[];
  readonly silent: Files;
}

const cases: Readonly<Record<Exclude<HealthRule, 'STALE_DOCUMENT'>, Case>> = {
  MISSING_PRD: { fires: { 'trd.md': page('T') }, affected: [], silent: { 'prd.md': page('P') } },
  MISSING_TRD: { fires: { 'prd.md': page('P') }, affected: [], silent: { 'trd.md': page('T') } },
  MISSING_PLAN: {
    fires: { ...story('US0001', 'Status: Draft'), ...story('US0002', 'Status: Done') },
    affected: ['stories/US0001-x.md'],
    silent: {
      ...story('US0001', 'Status: Draft'),
      ...story('US0002', 'Status: Draft'),
      ...plan('PL0001', 'Story: US0001 and us-0002'),
    },
  },
  MISSING_TEST_SPEC: {
    fires: {
      ...story('US0001', 'Status: Draft', 'Epic: EP0001'),
      ...story('US0002', 'Status: Draft', 'Epic: EP0001'),
      ...spec('TS0001', 'Story: US0001', 'Epic: EP0001'),
    },
    affected: ['stories/US0002-x.md'],
    silent: {
      ...story('US0001', 'Status: Draft'),
      ...spec('TS0001', 'Story: US0001'),
      ...story('US0002', 'Status: Draft', 'Epic: EP0001'),
      ...spec('TS0002', 'Epic: EP0001'),
    },
  },
  EPIC_NO_STORIES: {
    fires: {
      ...epic('EP0001'),
      'reviews/EP0002-review.md': page('EP0002: R'),
      'epics/reviews/EP0004-review.md': page('EP0004: R'),
      'decisions/US0009-why.md': page('US0009: Why', 'Epic: EP0001'),
      ...archived(epic('EP0003')),
    },
    affected: ['epics/EP0001-x.md'],
    silent: { ...epic('EP0001'), ...archived(story('US0001', 'Epic: ep-0001')) },
  },
  STORY_NO_EPIC: {
    fires: {
      ...story('US0001', 'Epic: --'),
      ...story('US0002'),
      ...story('US0003', 'Epic: None'),
      ...archived(story('US0004')),
    },
    affected: ['stories/US0001-x.md', 'stories/US0002-x.md', 'stories/US0003-x.md'],
    silent: {
      ...story('US0001', 'Epic: EP0001'),
      'stories/US0002-x.md': `${page('US0002: X')}\n- **Epic:** [EP0001](../epics/EP0001.md)\n`,
      ...story('US0003', 'Epic: Live sync'),
    },
  },
  PLAN_NO_STORY: {
    fires: { ...plan('PL0001'), ...plan('PL0002', 'Story: US0001') },
    affected: ['plans/PL0001-x.md'],
    silent: { ...plan('PL0001', 'Story: US0001'), ...plan('PL0002', 'Epic: EP0001') },
  },
  TEST_SPEC_NO_STORY: {
    fires: { ...spec('TS0001'), ...spec('TS0002', 'Story: US0001') },
    affected: ['test-specs/TS0001-x.md'],
    silent: { ...spec('TS0001', 'Story: US0001'), ...spec('TS0002', 'Epic: EP0001') },
  },
  ORPHAN_REFERENCE: {
    fires: {
      ...story('US0001', 'Epic: EP0404'),
      ...plan('PL0001', 'Story: US0404', 'Epic: EP0404'),
      'decisions/d.md': page('D', 'Epic: EP0404'),
    },
    affected: ['plans/PL0001-x.md', 'stories/US0001-x.md'],
    silent: { ...story('US0001', 'Epic: EP-0001'), ...archived(epic('EP0001')) },
  },
  STATUS_MISMATCH: {
    fires: { ...epic('EP0001', 'Status: Done'), ...story('US0001', 'Status: Review', 'Epic: EP0001') },
    affected: ['epics/EP0001-x.md'],
    silent: {
      ...epic('EP0001', 'Status: Done'),
      ...story('US0001', 'Status: Superseded', 'Epic: EP0001'),
      ...archived(story('US0002', 'Status: Draft', 'Epic: EP0001')),
      ...epic('EP0002', 'Status: Draft'),
      ...story('US0003', 'Status: Draft', 'Epic: EP0002'),
    },
  },
  STALE_ARTEFACT_STATUS: {
    fires: {
      ...story('US0001', 'Status: Done'),
      ...plan('PL0001', 'Story: US0001', 'Status: Draft'),
      'workflows/WF0001-x.md': page('WF0001: X', 'Story: US0001', 'Status: Testing'),
    },
    affected: ['plans/PL0001-x.md', 'workflows/WF0001-x.md'],
    silent: {
      ...story('US0001', 'Status: Done'),
      ...plan('PL0001', 'Story: US0001', 'Status: Complete (9/9)'),
      ...story('US0002', 'Status: Draft'),
      ...plan('PL0002', 'Story: US0002', 'Status: Draft'),
    },
  },
  UNTRIAGED_INBOX: {
    fires: { 'bugs/BG0001-x.md': page('BG0001: X', 'Status: Inbox') },
    affected: ['bugs/BG0001-x.md'],
    silent: { 'bugs/BG0001-x.md': page('BG0001: X', 'Status: Open') },
  },
  MISSING_STATUS: {
    fires: { ...story('US0001'), 'prd.md': page('P'), 'retros/r.md': page('R'), 'notes.md': page('N') },
    affected: ['stories/US0001-x.md'],
    silent: { ...story('US0001', 'Status: Draft'), 'prd.md': page('P') },
  },
  MISSING_OWNER: {
    fires: { ...story('US0001'), ...epic('EP0001', 'Owner: --'), ...plan('PL0001') },
    affected: ['epics/EP0001-x.md', 'stories/US0001-x.md'],
    silent: { ...story('US0001', 'Owner: Ada'), ...plan('PL0001') },
  },
  MISSING_PRIORITY: {
    fires: { ...story('US0001', 'Status: Draft'), ...story('US0002', 'Status: Done') },
    affected: ['stories/US0001-x.md'],
    silent: story('US0001', 'Status: Draft', 'Priority: High'),
  },
  MISSING_STORY_POINTS: {
    fires: { ...story('US0001', 'Status: Draft', 'Story Points: large'), ...story('US0002', 'Status: Done') },
    affected: ['stories/US0001-x.md'],
    silent: story('US0001', 'Status: Draft', 'Points: 3'),
  },
  DUPLICATE_DOC_ID: {
    fires: {
      'stories/US0001-x.md': page('US0001: X'),
      'stories/US0001-y.md': page('US0001: Y'),
      ...archived({ 'notes/n.md': page('N') }),
      'notes/n.md': page('N'),
    },
    affected: ['archive/notes/n.md', 'notes/n.md', 'stories/US0001-x.md', 'stories/US0001-y.md'],
    silent: { ...story('US0001'), ...plan('PL0001'), 'notes/m.md': page('M'), 'notes/n.md': page('N') },
  },
  EMPTY_CONTENT: {
    fires: { 'a.md': `# A\n\n> **Status:** Draft\n\n${'x'.repeat(49)}\n`, ...archived({ 'b.md': '' }) },
    affected: ['a.md', 'archive/b.md'],
    silent: { 'a.md': `# A\n\n  ${'x'.repeat(50)}  \n` },
  },
};

describe('a rule fires where it must and is silent where it may', () => {
  test.each(Object.entries(cases))('[HC2] %s', async (rule, { fires, affected, silent }) => {
    const id = HealthRule.parse(rule);

    const fired = await ofRule(await kit.addTree(fires), id);
    const quiet = await ofRule(await kit.addTree(silent), id);

    expect(pathsOf(fired.findings)).toEqual(affected);
    expect(fired.findings.length).toBeGreaterThan(0);
    expect(fired.result?.affected).toBe(Math.max(1, affected.length));
    expect(quiet.findings).toEqual([]);
    expect(quiet.result).toMatchObject({ affected: 0, rate: 0 });
    expect(quiet.result?.checked).toBeGreaterThan(0);
  });

  test('[HC5] STALE_DOCUMENT goes by the date of the file, not by that of the index', async () => {
    const days = (count: number) => new Date(now.getTime() - count * 86_400_000);
    const dated = (path: string, fileDate: Date | null, body = page('A')) =>
      toDocument(path, body, { fileDate });
    const slug = await kit.addTree([
      dated('a.md', days(30.1)),
      dated('b.md', days(29.9)),
      dated('c.md', null),
      dated('stories/US0001-d.md', days(400), page('US0001: D', 'Status: Done')),
      dated('retros/e.md', days(400)),
      dated('archive/f.md', days(400)),
    ]);

    const { findings, result } = await ofRule(slug, 'STALE_DOCUMENT');

    expect(pathsOf(findings)).toEqual(['a.md', 'archive/f.md']);
    expect(findings[0]?.message).toContain('30 days');
    expect(result).toMatchObject({ checked: 4, affected: 2, rate: 0.5 });
  });

  test('a file that is about an id is not taken for the thing itself', async () => {
    const slug = await kit.addTree({
      'prd.md': page('P'),
      'trd.md': page('T'),
      'decisions/US0194-why.md': page('US0194: Why'),
    });

    expect((await kit.check(slug)).findings).toEqual([]);
  });
});

test('[HC1] the answer has its keys, and findings the gravest first, then by rule and path', async () => {
  const slug = await kit.addTree({
    ...story('US0002'),
    ...story('US0001', 'Status: Draft'),
    'notes/a.md': page('A'),
    'old/a.md': 'x',
  });

  const { body } = await kit.get(`/projects/${slug}/health-check`);

  expect(HealthCheck.strict().safeParse(body).error).toBeUndefined();
  expect(body).toMatchObject({ project_slug: slug, checked_at: now.toISOString(), total_documents: 4 });
  const ranks = body.findings.map(
    ({ severity, rule_id, affected_documents: [first] }: HealthCheck['findings'][number]) =>
      `${['critical', 'high', 'medium', 'low'].indexOf(severity)} ${rule_id} ${first?.file_path ?? ''}`,
  );
  expect(ranks).toEqual(ranks.toSorted());
  expect(new Set(body.findings.map((one: { severity: string }) => one.severity)).size).toBe(4);
  expect(body.rules.map((one: { rule_id: string }) => one.rule_id).toSorted()).toEqual(
    HealthRule.options.toSorted(),
  );
  const { critical, high, medium, low } = body.summary;
  expect(critical + high + medium + low).toBe(body.findings.length);
  expect(body.findings[0].affected_documents).toEqual([
    { doc_id: 'a', doc_type: 'other', title: 'A', file_path: 'notes/a.md' },
    { doc_id: 'a', doc_type: 'other', title: 'a', file_path: 'old/a.md' },
  ]);
});

test('[HC1] filters narrow the findings and nothing else', async () => {
  const slug = await kit.addTree({ ...story('US0001'), ...story('US0002'), 'prd.md': page('P') });
  const all = await kit.check(slug);

  const narrow = await kit.check(slug, '?severity=high&rule=MISSING_STATUS,STORY_NO_EPIC');
  const limited = await kit.check(slug, '?limit=2');
  const none = await kit.check(slug, '?severity=huge');
  const unfiltered = await kit.check(slug, '?severity=&rule=');

  expect(narrow.findings).toEqual(
    all.findings.filter(({ rule_id }) => ['MISSING_STATUS', 'STORY_NO_EPIC'].includes(rule_id)),
  );
  expect(narrow).toEqual({ ...all, findings: narrow.findings, matching: 4 });
  expect(limited).toEqual({ ...all, findings: all.findings.slice(0, 2) });
  expect(none).toEqual({ ...all, findings: [], matching: 0 });
  expect(unfiltered).toEqual(all);
});

test('[HC5] an empty project is healthy', async () => {
  expect(await kit.check(await kit.addTree({}))).toMatchObject({
    score: 100,
    findings: [],
    summary: { critical: 0, high: 0, medium: 0, low: 0 },
    total_documents: 0,
  });
});

test('[HC4] a suppressed rule gives no finding and does not count, but shows what it would find', async () => {
  const files = { 'prd.md': page('P'), 'trd.md': page('T'), 'a.md': 'short' };
  const loud = await kit.check(await kit.addTree(files));

  const silent = await kit.check(await kit.addTree(files, { health: { suppress: ['EMPTY_CONTENT'] } }));

  expect(loud.findings.map(({ rule_id }) => rule_id)).toEqual(['EMPTY_CONTENT']);
  expect(loud.score).toBeLessThan(100);
  expect(silent).toMatchObject({
    findings: [],
    score: 100,
    settings: { suppress: ['EMPTY_CONTENT'], stale_days: 30 },
  });
  expect(silent.rules.find(({ rule_id }) => rule_id === 'EMPTY_CONTENT')).toMatchObject({
    checked: 3,
    affected: 1,
    suppressed: 'project',
  });
});

test('[HC4] fields that the tree does not have are no faults', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `US${String(index).padStart(4, '0')}`);
  const files = Object.assign({}, ...ids.map((id) => story(id, 'Status: Draft', 'Priority: 1'))) as Files;

  const { rules, findings } = await kit.check(await kit.addTree(files));

  const states = Object.fromEntries(rules.map(({ rule_id, suppressed }) => [rule_id, suppressed]));
  expect(states).toMatchObject({
    MISSING_OWNER: 'unused',
    MISSING_STORY_POINTS: 'unused',
    MISSING_PRIORITY: null,
    MISSING_PLAN: null,
  });
  expect(findings.some(({ rule_id }) => rule_id === 'MISSING_OWNER')).toBe(false);
});

test('[HC4] the tree may choose what the project leaves open, and its words end documents', async () => {
  const treeSettings = {
    terminal: { story: ['Shipped'] },
    health: { suppress: ['STORY_NO_EPIC' as const], stale_days: 7 },
  };
  const files = story('US0001', 'Status: Shipped');

  const ofTree = await kit.check(await kit.addTree(files, { treeSettings }));
  const ofProject = await kit.check(await kit.addTree(files, { treeSettings, health: { stale_days: 90 } }));

  expect(ofTree.settings).toEqual({ suppress: ['STORY_NO_EPIC'], stale_days: 7 });
  expect(ofProject.settings).toEqual({ suppress: ['STORY_NO_EPIC'], stale_days: 90 });
  expect(ofTree.rules.find(({ rule_id }) => rule_id === 'MISSING_PLAN')?.checked).toBe(0);
});

test('[HC3] a tree ten times as large with the same rates has the same score', async () => {
  const copies = (times: number): Files =>
    Object.assign(
      { 'prd.md': page('P'), 'trd.md': page('T') },
      ...Array.from({ length: times }, (_, copy) => ({
        ...story(`US10${copy}0`, 'Status: Draft', 'Epic: EP0404', 'Owner: A', 'Priority: 1', 'Points: 1'),
        ...story(`US10${copy}1`, 'Status: Done', 'Epic: EP0404', 'Owner: A'),
        ...plan(`PL10${copy}0`, `Story: US10${copy}0`, 'Status: Draft'),
      })),
    ) as Files;

  const small = await kit.check(await kit.addTree(copies(1)));
  const large = await kit.check(await kit.addTree(copies(9)));

  const rates = ({ rules }: HealthCheck) =>
    rules
      .filter(({ rule_id }) => !['DUPLICATE_DOC_ID', 'EMPTY_CONTENT', 'STALE_DOCUMENT'].includes(rule_id))
      .map(({ rate }) => rate);
  expect(rates(large)).toEqual(rates(small));
  expect(small.score).toBeLessThan(100);
  expect(large.score).toBe(small.score);
});

test('[HC2] what it reads is two queries, whatever the number of documents and rules', async () => {
  const small = await kit.addTree({ 'a.md': text });
  const large = await kit.addTree(
    Array.from({ length: 1500 }, (_, index) => toDocument(`n/${index}.md`, text)),
  );

  expect(await kit.statements(`/projects/${small}/health-check`)).toBe(2);
  expect(await kit.statements(`/projects/${large}/health-check`)).toBe(2);
  expect((await kit.check(large)).total_documents).toBe(1500);
});

test('[GR8] the ETag stays the same while only time passes', async () => {
  const slug = await kit.addTree({ 'a.md': text });
  const path = `/projects/${slug}/health-check`;
  const { headers, body } = await kit.get(path);

  kit.pass(1000);
  const later = await kit.get(path);
  const again = await kit.get(path, { 'if-none-match': headers.get('etag') ?? '' });

  expect(Date.parse(later.body.checked_at) - Date.parse(body.checked_at)).toBe(1000);
  expect(again.status).toBe(304);
  expect(again.headers.get('sync-head')).toMatch(/-\d+$/);
});

test('[PJ2] a slug that is none is 404, and a limit that is no number 422', async () => {
  expect((await kit.get('/projects/nobody/health-check')).body.error.message).toBe('Project not found');
  expect((await kit.get('/projects/nobody/health-check?limit=x')).status).toBe(422);
});

test('no request has failed in a way that a client may not know of', () => {
  expect(kit.unexpected).toEqual([]);
});
