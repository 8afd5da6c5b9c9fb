import { describe, expect, test } from 'vitest';
import { findIds, idOfStem, toCanonicalId } from '../../client/dashboard/markdown/document-ids.ts';
import { createLinkResolver, idsToResolve } from '../../client/dashboard/markdown/references.ts';
import { toProjectFile } from '../../client/dashboard/markdown/relative-links.ts';
import { renderMarkdown } from '../../client/dashboard/markdown/render-markdown.ts';

describe('[DC3] ids in running text', () => {
  test.each([
    ['US0028 and ep-0007.', ['US0028', 'EP0007']],
    ['BG-01KX8B82', ['BG-01KX8B82']],
    ['bg-01KX8B82', ['BG-01KX8B82']],
    ['(RETRO0001, TSP-0002)', ['RETRO0001', 'TSP0002']],
    ['US0028-schema', ['US0028']],
    ['PL-answered', []],
    ['PL-ANSWERED', []],
    ['US123', []],
    ['BUS0028', []],
    ['US0028b', []],
    ['x-US0028', []],
  ])('%j holds %j', (text, ids) => {
    expect(findIds(text).map(({ id }) => id)).toEqual(ids);
  });

  test.each([
    ['US0028-schema', 'US0028'],
    ['us-0028', 'US0028'],
    ['BG-01KX8B82-crash', 'BG-01KX8B82'],
    ['prd', null],
    ['my-US0028', null],
  ])('the file %j.md owns %s', (stem, id) => {
    expect(idOfStem(stem)).toBe(id);
  });

  test('every spelling is one id', () => {
    expect(['US-0001', 'us0001', 'Us-0001'].map(toCanonicalId)).toEqual(['US0001', 'US0001', 'US0001']);
  });
});

test.each([
  ['../epics/EP0001.md', 'docs/epics/EP0001.md'],
  ['EP0001.md#acceptance', 'docs/stories/EP0001.md'],
  ['./a%20b.md?x=1', 'docs/stories/a b.md'],
  ['/README.md', 'README.md'],
  ['../../../etc/passwd', null],
  ['#acceptance', null],
  ['https://example.com/a.md', null],
  ['//example.com/a.md', null],
  ['mailto:ada@example.com', null],
  ['50%.md', null],
  ['', null],
])('a link to %j from docs/stories/US0001.md leads to %j', (href, path) => {
  expect(toProjectFile('docs/stories/US0001.md', href)).toBe(path);
});

test('[DC16] ids of the text and of linked files are asked for in one call, each once, at most 100', () => {
  const many = Array.from({ length: 150 }, (_, n) => `US${1000 + n}`).join(' ');

  expect(idsToResolve('see US0002 and [it](../epics/EP0001-a.md), us-0002')).toEqual(['US0002', 'EP0001']);
  expect(idsToResolve(many)).toHaveLength(100);
});

describe('a document as HTML', () => {
  const epic = { doc_id: 'EP0001-a', type: 'epic', title: 'Ingest', file_path: 'epics/EP0001-a.md' };
  const links = createLinkResolver('atlas', 'stories/US0002-b.md', { EP0001: [epic] });
  const page = '/projects/atlas/documents/epic/EP0001-a?path=epics%2FEP0001-a.md';
  const render = (text: string) => renderMarkdown(text, links).trim();

  test.each([
    [
      'an id in the text',
      'see ep-0001.',
      `<p>see <a href="${page}" class="document-link" title="Ingest">ep-0001</a>.</p>`,
    ],
    [
      'a relative link',
      '[it](../epics/EP0001-a.md)',
      `<p><a href="${page}" class="document-link" title="Ingest">it</a></p>`,
    ],
    [
      'code that is an id',
      '`EP0001`',
      `<p><a href="${page}" class="document-link" title="Ingest"><code>EP0001</code></a></p>`,
    ],
    ['code that holds an id', '`git log EP0001`', '<p><code>git log EP0001</code></p>'],
    ['an unknown id', 'US9999', '<p>US9999</p>'],
    ['a file name', 'read README.md', '<p>read README.md</p>'],
    ['raw HTML', '<img src=x onerror=alert(1)>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>'],
    ['a picture', '![a *map*](map.png)', '<p><span class="picture">a *map*</span></p>'],
    ['a script address', '[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
  ])('%s', (_, text, html) => {
    expect(render(text)).toBe(html);
  });

  test('an id inside a link does not become a link in a link', () => {
    expect(render('[EP0001](https://example.com)').match(/<a /g)).toHaveLength(1);
  });

  test('a link to a file that is not indexed is text that says so', () => {
    const html = render('[it](../nowhere/absent.md)');

    expect(html).toBe(
      '<p><span title="Not indexed: ../nowhere/absent.md" class="unresolved-link">it</span></p>',
    );
  });

  test('[DC2] a file whose name is its type needs no resolving', () => {
    expect(render('[the PRD](../prd.md)')).toContain('href="/projects/atlas/documents/prd/prd?path=prd.md"');
  });

  test('a link to a section leads to its heading', () => {
    const html = render('[there](#über-uns)\n\n## Über uns');

    expect(html).toContain('href="#section-über-uns"');
    expect(html).toContain('<h2 id="section-über-uns">');
  });

  test('[GU5] aligned cells carry a class, since the policy forbids style attributes', () => {
    const html = render('| a |\n|--:|\n| 1 |');

    expect(html).toContain('<td class="align-right">1</td>');
    expect(html).not.toContain('style=');
  });

  test('links to elsewhere open elsewhere and tell nothing', () => {
    expect(render('<https://example.com/>')).toContain('target="_blank" rel="noopener noreferrer"');
  });

  test('tasks are ticked or not', () => {
    expect(render('- [x] done\n- [ ] open')).toBe('<ul>\n<li>☑ done</li>\n<li>☐ open</li>\n</ul>');
  });
});
