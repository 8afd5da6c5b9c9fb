import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readBytes } from './read.ts';

const bytesOf = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

test('a story with a quote header', () => {
  const document = readBytes(bytesOf('US0142-export.md'), { filePath: 'stories/US0142-export.md' });

  expect(document).toMatchObject({
    docId: 'US0142-export',
    type: 'story',
    subtype: null,
    category: null,
    refId: 'US0142',
    subjectId: null,
    title: 'US0142: Export the report as CSV',
    rawStatus: 'Done (2026-07-16, critic approved)',
    status: 'Done',
    canonicalStatus: 'completed',
    owner: 'Ann Example',
    priority: null,
    storyPoints: 3,
    epic: 'EP0050',
    story: null,
    dependsOn: ['US0140', 'US0141'],
    aliases: [],
    metadata: {
      points: '3',
      affects: 'src/report.ts, src/csv.ts',
      parent: 'CR0292; CR0293',
      created: '2026-07-16',
    },
    frontMatter: null,
    declaredDates: { created: '2026-07-16', updated: null, completed: null, started: null },
    archived: false,
    issues: [],
  });
  expect(document.metadataValues).toMatchObject({
    parent: ['CR0292', 'CR0293'],
    epic: ['[EP0050: Reports](../epics/EP0050-reports.md), see EP0051'],
  });
  expect(document.content.split('\n').slice(0, 9)).toEqual([
    '<!--',
    'Template: User Story',
    '> **Status:** Draft',
    '-->',
    '',
    '>',
    '> **Carried over.** The wording of the request was kept.',
    '',
    '## User Story',
  ]);
  expect(document.content).toContain('# Not the title');
  expect(document.content.trimEnd().endsWith('below the first section.')).toBe(true);
});

test('a progress file with front matter', () => {
  const document = readBytes(bytesOf('phase-2-progress.md'), {
    filePath: '.claude/progress/report-export/phase-2-progress.md',
    entry: '.claude/progress',
    entryKind: 'progress',
  });

  expect(document).toMatchObject({
    docId: 'phase-2-progress',
    type: 'progress',
    subtype: 'phase',
    category: null,
    refId: null,
    title: 'Phase 2: CSV',
    rawStatus: 'in_progress',
    status: 'in_progress',
    canonicalStatus: 'in_progress',
    owner: 'backend-engineer, reviewer',
    dependsOn: [],
    declaredDates: { created: '2026-03-01', updated: '2026-03-05', completed: null, started: null },
    frontMatter: {
      phase: 2,
      progress: 50,
      commit_refs: ['12e4567', '0123456'],
      tasks: [
        { id: 'T-2.1', title: 'Write the header row', status: 'completed' },
        { id: 'T-2.2', title: 'Quote: cells', status: 'pending' },
      ],
    },
    issues: [],
  });
  expect(document.content).toBe('\n## Notes\n\n**Status:** Completed\n\nMore.\n');
});
