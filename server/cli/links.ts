/** `syncline links`: the audit, one link explained, what leads nowhere, and a rebuild. */
import type { RouteAnswer } from '../../shared/api/define.ts';
import type { Routes } from '../../shared/api/index.ts';
import type { Answer } from '../../client/sdk/caller.ts';
import {
  exitCodes,
  UsageError,
  type Command,
  type ExitCode,
  type Server,
  type Surroundings,
} from './command.ts';
import { auditLinks, auditOptions } from './links-audit.ts';
import { followOperation } from './follow.ts';
import { readWords, requireWord } from './options.ts';

export const links: Command = {
  name: 'links',
  usage: `syncline links audit [--project SLUG] [--feature ID] [--primary-floor 0.55] [--fanout-floor 10] [--limit 50]
                     [--offset 0] [--severity high|medium|low] [--json] [--db URL|DIR] [--fail-on-suspects]
syncline links show ID [--json]             one link, and how it came about
syncline links unresolved [--project SLUG] [--json]
syncline links rebuild [--project SLUG] [--json]

audit ends with 3 when there are suspects and --fail-on-suspects is given.`,
  async run(words, surroundings) {
    const [action = '', ...rest] = words;
    const act = actions[action];
    if (act === undefined)
      throw new UsageError(`Not an action of links: ${action === '' ? '(none)' : action}`);
    return await act(rest, surroundings);
  },
};

type Act = (words: readonly string[], surroundings: Surroundings) => Promise<ExitCode>;

const common = { project: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

const actions: Readonly<Record<string, Act>> = {
  audit: async (words, surroundings) => await auditLinks(readWords(words, auditOptions).values, surroundings),

  async show(words, { terminal, withServer }) {
    const { values, positionals } = readWords(words, common);
    const linkId = requireWord(positionals, 0, 'the id of a link');
    return await withServer(async ({ call }) => {
      const { value: link } = await call('readLink', {
        params: { linkId },
        query: { project: values.project },
      });
      if (values.json) {
        terminal.out(JSON.stringify(link, null, 2));
        return exitCodes.done;
      }
      const { sourceType, sourceId, targetType, targetId, linkType, origin, explanation } = link;
      terminal.out(`${sourceType} ${sourceId} → ${targetType} ${targetId}`);
      terminal.out(`${linkType}, ${origin}, ${explanation.strategy}: ${explanation.rule}`);
      terminal.out(`confidence ${explanation.confidence}, from ${explanation.base}`);
      for (const { reason, delta } of explanation.adjustments)
        terminal.out(`  ${delta > 0 ? '+' : ''}${delta} ${reason}`);
      for (const signal of explanation.signals) terminal.out(`  ${JSON.stringify(signal)}`);
      return exitCodes.done;
    });
  },

  async unresolved(words, { terminal, withServer }) {
    const { values } = readWords(words, common);
    return await withServer(async (server) => {
      for await (const item of readUnresolved(server, values.project)) {
        const { documentPath, key, value, reason, candidates } = item;
        const others = candidates.length === 0 ? '' : ` (${candidates.join(', ')})`;
        terminal.out(
          values.json ? JSON.stringify(item) : `${documentPath}: ${key}: ${value}: ${reason}${others}`,
        );
      }
      return exitCodes.done;
    });
  },

  async rebuild(words, { terminal, withServer }) {
    const { values } = readWords(words, common);
    return await withServer(async (server) => {
      const started = await server.call('triggerRebuildLinks', {
        query: {},
        body: { project: values.project, trigger: 'cli' },
      });
      const id = started.value.operationId;
      return await followOperation({ server, terminal, id, isJson: values.json });
    });
  },
};

async function* readUnresolved({ call }: Server, project: string | undefined) {
  let cursor: string | undefined;
  do {
    const { value }: Answer<RouteAnswer<Routes['listUnresolved']>> = await call('listUnresolved', {
      query: { project, cursor, limit: '200' },
    });
    yield* value.items;
    cursor = value.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
