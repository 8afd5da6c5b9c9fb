import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assistant, hasCorpora, readLog, realLines, realLogs, record, sum, type Json } from './logs.ts';

const usage = (output: number, rest: Json = {}): Json => ({
  usage: { input_tokens: 3, output_tokens: output, ...rest },
});

describe('[SE9] the tokens of a message count once', () => {
  test('though it is written on several lines, of which the one with most output counts', () => {
    const { usage: facts, summary } = readLog('claude', [
      assistant([], usage(1)),
      assistant([], usage(250)),
      assistant([], usage(8)),
    ]);

    expect(facts).toMatchObject([{ key: 'm:msg_1:req_1', input: 3, output: 250 }]);
    expect(summary.assistantMessages).toBe(1);
  });

  test('and of two lines with equal output the later', () => {
    const { usage: facts } = readLog('claude', [
      assistant([], usage(5, { service_tier: 'first' })),
      assistant([], usage(5, { service_tier: 'second' })),
    ]);

    expect(facts).toMatchObject([{ serviceTier: 'second' }]);
  });

  test.each<[string, Json, Json, string[]]>([
    ['one message asked for twice', { id: 'm' }, { requestId: 'r2' }, ['m:m:req_1', 'm:m:r2']],
    ['messages without an id, by their uuid', { id: undefined }, { uuid: 'u9' }, ['u:first', 'u:u9']],
  ])('by key: %s', (_, message, rest, keys) => {
    const { usage: facts } = readLog('claude', [
      assistant([], { ...usage(5), ...message }, { uuid: 'first' }),
      assistant([], { ...usage(5), ...message }, rest),
    ]);

    expect(facts.map(({ key }) => key)).toEqual(keys);
  });

  test('and every message without any id counts for itself, in its own session', () => {
    const nameless = assistant([], { ...usage(5), id: undefined }, { uuid: undefined });

    const { usage: facts } = readLog('claude', [nameless, nameless]);

    expect(facts).toHaveLength(2);
    expect(new Set(facts.map(({ key }) => key)).size).toBe(2);
    expect(facts.every(({ key }) => key.includes('S-1'))).toBe(true);
  });

  test('and not where a progress record embeds a message of a subagent', () => {
    const embedded = assistant([], usage(900));
    const progress = record('progress', {
      data: { type: 'agent_progress', message: embedded, agentId: 'a1' },
    });

    expect(readLog('claude', [progress]).usage).toEqual([]);
  });
});

describe('[SE10] usage', () => {
  test.each<[string, Json, Json]>([
    [
      'of caches is split by how long they live',
      {
        cache_creation_input_tokens: 9,
        cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
      },
      { cacheWrite5m: 4, cacheWrite1h: 5 },
    ],
    [
      'of caches without a split is for five minutes',
      { cache_creation_input_tokens: 9 },
      { cacheWrite5m: 9, cacheWrite1h: 0 },
    ],
    ['names what was read from caches', { cache_read_input_tokens: 7 }, { cacheRead: 7, input: 3 }],
    [
      'names tier and tools',
      { service_tier: 'batch', server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 } },
      { serviceTier: 'batch', serverToolUse: { web_search_requests: 2 } },
    ],
    [
      'takes no nonsense for a number',
      { input_tokens: '12', output_tokens: -4, cache_read_input_tokens: null },
      { input: 0, output: 0, cacheRead: 0 },
    ],
  ])('%s', (_, said, expected) => {
    expect(readLog('claude', [assistant([], usage(5, said))]).usage).toMatchObject([expected]);
  });

  test.each(['<synthetic>', '<local>'])('of the model %s counts nothing', (model) => {
    const { usage: facts, summary } = readLog('claude', [assistant([], { ...usage(5), model })]);

    expect(facts).toEqual([]);
    expect(summary.models).toEqual([]);
  });

  test('[SE11] what the log says it cost is kept, once a message', () => {
    const { summary } = readLog('claude', [
      assistant([], { ...usage(1), id: 'a' }, { costUSD: 0.5 }),
      assistant([], { ...usage(2), id: 'a' }, { costUSD: 0.75 }),
      assistant([], { ...usage(2), id: 'b' }, { costUSD: 1 }),
    ]);

    expect(summary.reportedCost).toBe(1.75);
  });
});

describe.runIf(hasCorpora)('[SE9] of a real log', () => {
  test.each(realLogs.map((path) => [basename(path), path]))('each message counts once: %s', (_, path) => {
    const { usage: facts } = readLog('claude', realLines(path));

    const expected = countNaively(realLines(path));
    expect(facts.length).toBe(expected.messages);
    expect(sum(facts, 'output')).toBe(expected.output);
    expect(sum(facts, 'input')).toBe(expected.input);
    expect(sum(facts, 'cacheRead')).toBe(expected.cacheRead);
    expect(sum(facts, 'cacheWrite5m') + sum(facts, 'cacheWrite1h')).toBe(expected.cacheWrite);
  });
});

/** The rule once more, in its plainest form: all lines at once, sorted, the last of each key. */
function countNaively(lines: readonly string[]) {
  const answers = lines.flatMap((line) => {
    try {
      const { type, message, requestId, uuid } = JSON.parse(line);
      if (type !== 'assistant' || message?.usage === undefined || message.model.startsWith('<')) return [];
      return [{ key: message.id === undefined ? uuid : message.id + requestId, usage: message.usage }];
    } catch {
      return [];
    }
  });
  const sorted = answers.toSorted((one, other) => one.usage.output_tokens - other.usage.output_tokens);
  const counting = [...new Map(sorted.map((answer) => [answer.key, answer.usage])).values()];
  const total = (name: string) => counting.reduce((all, usage) => all + (usage[name] ?? 0), 0);
  return {
    messages: counting.length,
    output: total('output_tokens'),
    input: total('input_tokens'),
    cacheRead: total('cache_read_input_tokens'),
    cacheWrite: total('cache_creation_input_tokens'),
  };
}
