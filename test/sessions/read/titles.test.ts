import { describe, expect, test } from 'vitest';
import { toTitle } from '../../../server/features/sessions/read/titles.ts';
import { readLog, record, user, type Json } from './logs.ts';

const custom = record('custom-title', { customTitle: 'Custom' });
const summary = record('summary', { summary: 'Summary' });
const ai = record('ai-title', { aiTitle: 'AI' });
const lastPrompt = record('last-prompt', { lastPrompt: 'Last' });
const command = user('/dev:execute-phase 2 docs/plans/foo-v1.md');
const first = user('First words');

describe('[SE16] the title', () => {
  test.each<[string, Json[], string, string, number]>([
    ['a person gave', [first, custom, summary, ai, command, lastPrompt], 'Custom', 'custom-title', 1],
    ['of a summary', [first, ai, summary, command, lastPrompt], 'Summary', 'summary', 0.92],
    ['a model gave', [first, command, ai, lastPrompt], 'AI', 'ai-title', 0.9],
    ['of a command', [first, lastPrompt, command], 'Execute Phase 2 - foo-v1', 'command', 0.9],
    ['of the last prompt', [first, lastPrompt], 'Last', 'last-prompt', 0.6],
    ['of the first words', [first, user('Second')], 'First words', 'first-message', 0.5],
    ['of nothing', [], 'Session', 'default', 0.35],
  ])('%s', (_, lines, text, source, confidence) => {
    expect(readLog('claude', lines).summary.title).toEqual({ text, source, confidence });
  });

  test.each<[string, string, number]>([
    ['/dev:execute-phase all docs/plans/foo.md', 'Execute Phase all - foo', 0.9],
    ['/dev:execute-phase 2-3', 'Execute Phase 2-3', 0.9],
    ['/dev:quick-feature add a button', 'Quick Feature - add a button', 0.85],
    ['/plan:plan-feature @docs/prds/foo-v2.md now', 'Plan Feature - foo-v2', 0.88],
    ['/recovering-sessions', 'Recover Session', 0.78],
    ['/dev:debug crash', 'Debug - crash', 0.62],
  ])('of the command %j is %j', (text, title, confidence) => {
    expect(readLog('claude', [user(text)]).summary.title).toEqual({
      text: title,
      source: 'command',
      confidence,
    });
  });

  test('is the latest a person or a model gave, and the first words', () => {
    const renamed = [custom, record('custom-title', { customTitle: 'Renamed' })];

    expect(readLog('claude', renamed).summary.title.text).toBe('Renamed');
    expect(readLog('claude', [first, user('Later')]).summary.title.text).toBe('First words');
  });

  test.each<[string, Json]>([
    ['a note to the model', user('Meta', { isMeta: true })],
    ['a compacted history', user('This session is being continued', { isCompactSummary: true })],
    ['a command of the program', user('/model')],
    ['output of a command', user('<local-command-stdout>x</local-command-stdout>')],
    ['a warning', user('Caveat: The messages below were generated')],
    ['an interruption', user([{ type: 'text', text: '[Request interrupted by user]' }])],
    ['a result', user([{ type: 'tool_result', tool_use_id: 't', content: 'words' }])],
    ['only a reminder', user('<system-reminder>x</system-reminder>')],
  ])('is never %s', (_, line) => {
    expect(readLog('claude', [line]).summary.title.source).toBe('default');
    expect(readLog('claude', [line, first]).summary.title.text).toBe('First words');
  });

  test.each<[string, string | null]>([
    [' two\n words ', 'two words'],
    [' \n', null],
    [`${'word '.repeat(31)}last1 more`, `${'word '.repeat(31)}last1`],
    [`${'word '.repeat(31)}last12 more`, 'word '.repeat(31).trim()],
    ['x'.repeat(200), 'x'.repeat(160)],
  ])('of %j is cut to %j', (text, title) => {
    expect(toTitle(text)).toBe(title);
  });
});
