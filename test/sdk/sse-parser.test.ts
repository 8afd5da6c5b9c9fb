import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSseParser, maxFrameLength } from '../../client/sdk/transports/sse-parser.ts';
import type { SseFrame } from '../../client/sdk/transports/sse-parser.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): readonly SseFrame[] => createSseParser().push(encode(text));
const frame = (data: string, event = 'message', id = ''): SseFrame => ({ id, event, data });

describe('the parser of Server-Sent Events', () => {
  test.each([
    ['a frame', 'data: a\n\n', [frame('a')]],
    ['all fields', 'id: 7\nevent: hello\ndata: {}\n\n', [frame('{}', 'hello', '7')]],
    ['a field without a space', 'data:a\n\n', [frame('a')]],
    ['only the first space taken off', 'data:  a\n\n', [frame(' a')]],
    ['several data lines', 'data: a\ndata\ndata: b\n\n', [frame('a\n\nb')]],
    ['empty data', 'data:\n\n', [frame('')]],
    ['CR alone', 'data: a\r\rdata: b\r\r', [frame('a'), frame('b')]],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', [frame('a'), frame('b')]],
    ['mixed line ends', 'data: a\r\ndata: b\n\rdata: c\n\n', [frame('a\nb'), frame('c')]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [frame('a')]],
    ['a byte order mark later on', 'data: a\n\n\uFEFFdata: b\n\n', [frame('a')]],
    ['comments', ': heartbeat\n\n:\ndata: a\n: more\n\n', [frame('a')]],
    ['a frame without data', 'event: x\n\ndata: a\n\n', [frame('a')]],
    [
      'a NUL in the id',
      'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n',
      [frame('a', 'message', '1'), frame('b', 'message', '1')],
    ],
    [
      'an id that stays',
      'id: 1\ndata: a\n\ndata: b\n\n',
      [frame('a', 'message', '1'), frame('b', 'message', '1')],
    ],
    ['an id emptied', 'id: 1\ndata: a\n\nid\ndata: b\n\n', [frame('a', 'message', '1'), frame('b')]],
    ['unknown fields', 'color: red\ndata: a\n\n', [frame('a')]],
    ['a frame that is not over', 'data: a\n', []],
    ['a colon in the data', 'data: {"a":1}\n\n', [frame('{"a":1}')]],
  ])('reads %s', (_, text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test.each([
    ['retry: 2000\n\n', 2000],
    ['retry: 2000\n', 2000],
    ['retry: soon\n\n', null],
    ['retry: -1\n\n', null],
    ['retry: 1\nretry: 2\n\n', 2],
  ])('reads %j as retry %j', (text, expected) => {
    const parser = createSseParser();

    parser.push(encode(text));

    expect(parser.retryMs()).toBe(expected);
  });

  test('tells the comments of the last bytes, which are no frames', () => {
    const parser = createSseParser();

    parser.push(encode(': heartbeat\n\n:degraded  so\n'));
    const before = parser.comments();
    parser.push(encode('data: a\n\n'));

    expect([before, parser.comments()]).toEqual([['heartbeat', 'degraded  so'], []]);
  });

  test('gives the same frames wherever the bytes are cut', () => {
    const line = fc.constantFrom(
      'data: a',
      'data: ä€😀',
      'data',
      'id: 1',
      'id: 2\0',
      'event: x',
      ': c',
      '',
      '',
    );
    const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
    const stream = fc.array(fc.tuple(line, lineEnd), { maxLength: 30 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 12 }), fc.boolean(), (lines, cuts, hasMark) => {
        const text = (hasMark ? '\uFEFF' : '') + lines.flat().join('');
        const bytes = encode(text);
        const parser = createSseParser();

        const points = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const frames = points.flatMap((start, index) => parser.push(bytes.slice(start, points[index + 1])));

        expect(frames).toEqual(parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('a cut after every byte changes nothing', () => {
    const text = '\uFEFFid: 1\r\nevent: ü\r\ndata: 😀\r\n\r\ndata: b\r\n\r\n';
    const parser = createSseParser();

    const frames = [...encode(text)].flatMap((byte) => parser.push(Uint8Array.of(byte)));

    expect(frames).toEqual([frame('😀', 'ü', '1'), frame('b', 'message', '1')]);
  });

  test('gives up on a frame without end', () => {
    const parser = createSseParser();
    const chunk = encode('data: ' + 'x'.repeat(1024 * 1024) + '\n');

    const feed = () => {
      for (let size = 0; size <= maxFrameLength; size += chunk.length) parser.push(chunk);
    };

    expect(feed).toThrow(RangeError);
  });
});
