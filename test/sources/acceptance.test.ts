import { expect, test } from 'vitest';
import { splitAcceptance } from '../../server/features/sources/documents/acceptance.ts';

test.each([
  ['none', 'Text\n\n## Notes\nMore', 'Text\n\n## Notes\nMore', null],
  ['at the end', 'Text\n\n## Acceptance criteria\n\n- one\n- two\n', 'Text', '- one\n- two'],
  ['between others', '## A\na\n## Acceptance Criteria\n- one\n## B\nb', '## A\na\n## B\nb', '- one'],
  [
    'with parts of its own',
    '## Acceptance\n### AC1\n- one\n#### Then\n- two\n# Next\nx',
    '# Next\nx',
    '### AC1\n- one\n#### Then\n- two',
  ],
  ['twice', '## Acceptance\none\n## Acceptance criteria\ntwo', '', 'one\n\ntwo'],
  ['empty', '## Acceptance criteria\n\n## Notes\nx', '## Notes\nx', null],
  ['numbered', '## 3. Acceptance Criteria\n- one', '', '- one'],
  ['with a sign and a remark', '## ✅ Acceptance criteria (Gherkin)\n- one', '', '- one'],
  ['closed by hashes', '## Acceptance criteria ##\n- one', '', '- one'],
  ['with a colon', '## Acceptance Criteria:\n- one', '', '- one'],
  ['about something else', '## Acceptance tests\n- one', '## Acceptance tests\n- one', null],
  ['in code', '```md\n## Acceptance criteria\n```\nx', '```md\n## Acceptance criteria\n```\nx', null],
  [
    'with code that looks like a heading',
    '## Acceptance\n~~~\n## Notes\n~~~\n- one',
    '',
    '~~~\n## Notes\n~~~\n- one',
  ],
  ['in a paragraph', 'The acceptance criteria are these', 'The acceptance criteria are these', null],
  ['with Windows line ends', '## A\r\na\r\n## Acceptance\r\n- one\r\n', '## A\na', '- one'],
])('[PU43] an acceptance section %s', (_name, content, description, acceptance) => {
  expect(splitAcceptance(content)).toEqual({ description, acceptance });
});
