/** `syncline search`: finds in everything that is indexed. */
import { exitCodes, UsageError, type Command } from './command.ts';
import { readWords } from './options.ts';

export const search: Command = {
  name: 'search',
  usage: `syncline search [--project SLUG] [--type T] [--status S] [--kinds document,session,feature,task] [--page 1]
                [--limit 20] [--json] [--] WORDS…

Words are all wanted, in any order; "a phrase" as it stands; begin* by its beginning; -word not at all (after --);
an id finds its owner first. With --json each hit is a line.`,
  async run(words, { terminal, withServer }) {
    const { values, positionals } = readWords(words, {
      project: { type: 'string' },
      type: { type: 'string' },
      status: { type: 'string' },
      kinds: { type: 'string' },
      page: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length === 0) throw new UsageError('Missing: what to search for');
    const { json, limit, ...filters } = values;
    return await withServer(async ({ call }) => {
      const { value } = await call('search', {
        query: { ...filters, q: positionals.join(' '), per_page: limit },
      });
      for (const hit of value.items) {
        if (json) {
          terminal.out(JSON.stringify(hit));
          continue;
        }
        const { project_slug, type, doc_id, title, status, file_path, snippet } = hit;
        terminal.out(`${project_slug}  ${type} ${doc_id}: ${title}${status === null ? '' : ` [${status}]`}`);
        if (file_path !== null) terminal.out(`    ${file_path}`);
        terminal.out(`    ${toPlain(snippet)}`);
      }
      if (!json) {
        const note = value.relaxed ? ', words taken for beginnings' : '';
        terminal.err(
          `${value.total} found${note}${value.pages > 1 ? `, page ${value.page} of ${value.pages}` : ''}`,
        );
      }
      return exitCodes.done;
    });
  },
};

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** Marks become asterisks, and what was escaped for a page stands as it was written; nothing steers the terminal. */
const toPlain = (snippet: string): string =>
  snippet
    .replaceAll(/<\/?mark>/g, '*')
    .replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity)
    .replaceAll(/[\p{Cc}]/gu, ' ');
