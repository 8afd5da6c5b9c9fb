import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  toDay,
  toField,
  toKeysetQuery,
  toText,
} from '../../../server/features/work-items/azure-devops/wiql.ts';
import { collect, failureOf, fabrikam, queryOf, range, toItem, trackOver } from './tracker-kit.ts';

/** As the service reads a query: texts out, the rest left standing. */
function readTexts(query: string): { texts: string[]; rest: string } {
  const texts: string[] = [];
  let rest = '';
  for (let at = 0; at < query.length; at += 1) {
    if (query[at] !== "'") {
      rest += query[at];
      continue;
    }
    let text = '';
    for (at += 1; ; at += 1) {
      if (at >= query.length) throw new Error('A text does not end.');
      if (query[at] !== "'") text += query[at];
      else if (query[at + 1] === "'") text += query[(at += 1)];
      else break;
    }
    texts.push(text);
  }
  return { texts, rest };
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '"', 'a', ' ', '\\', ']', '@') }),
);

test('[BR4][AZ6] any text in a query is read back as it was, and changes nothing around it', () => {
  fc.assert(
    fc.property(anyText, anyText, (first, second) => {
      const query = toKeysetQuery([`[A] = ${toText(first)}`, `[B] = ${toText(second)}`], 7);

      expect(readTexts(query)).toEqual({
        texts: [first, second],
        rest: readTexts(toKeysetQuery(["[A] = ''", "[B] = ''"], 7)).rest,
      });
    }),
  );
});

test('[AZ7] a page begins after the last id, in order of id, in the project of the address', () => {
  expect(toKeysetQuery(["[System.Title] = 'a'"], 42)).toBe(
    "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Title] = 'a' AND [System.Id] > 42 ORDER BY [System.Id]",
  );
});

test('[AZ6] days are a day early, for nobody knows where a day begins for the owner of the token', () => {
  expect(toDay(new Date('2026-11-21T00:30:00Z'))).toBe("'2026-11-20'");
});

test.each(['System.Title] = 1 OR [System.Id', "a'b", '', 'x'.repeat(129)])('%s is no field', async (name) => {
  expect(await failureOf(Promise.resolve().then(() => toField(name)))).toMatchObject({ kind: 'rejected' });
});

test('[AZ7] all ids come page by page, none twice, and the last page ends it', async () => {
  const existing = range(1, 25_000);
  const { tracker, upstream } = trackOver((call) => {
    const after = Number(/\[System\.Id\] > (\d+)/.exec(queryOf(call))?.[1]);
    const top = Number(/\$top=(\d+)/.exec(call.path)?.[1]);
    const page = existing.filter((id) => id > after).slice(0, top);
    return { body: { queryType: 'flat', workItems: page.map((id) => toItem(id)) } };
  });

  const pages = await collect(tracker.listIds(fabrikam));

  expect(pages.flat()).toEqual(existing);
  expect(pages.map(({ length }) => length)).toEqual([10_000, 10_000, 5_000]);
  expect(upstream.calls[0]?.path).toBe(`/Contoso/${fabrikam.id}/_apis/wit/wiql?$top=10000&api-version=7.1`);
});

test('[AZ7] a service that ignores where a page begins is not asked for ever', async () => {
  const { tracker, upstream } = trackOver(() => ({
    body: { workItems: range(1, 10_000).map((id) => ({ id })) },
  }));

  const failure = await failureOf(collect(tracker.listIds(fabrikam)));

  expect(failure.kind).toBe('unreadable');
  expect(upstream.calls).toHaveLength(2);
});
