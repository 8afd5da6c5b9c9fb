/** What a project's own `.config.yaml` says that is asked for between syncs: words that end a document, and the health check. */
import type { TreeSettings } from '../../db/tables/projects.ts';
import type { ProjectConfig } from './parse/project-config.ts';
import { isTerminalStatus } from './parse/status.ts';
import { builtInVocabulary, type Vocabulary } from './parse/vocabulary.ts';

export function toTreeSettings(
  { health: { suppress, staleDays } }: Pick<ProjectConfig, 'health'>,
  vocabulary: Vocabulary,
): TreeSettings {
  return {
    terminal: Object.fromEntries(
      Array.from(vocabulary.statuses, ([type, { terminal }]) => [type, terminal] as const).filter(
        ([, words]) => words.length > 0,
      ),
    ),
    health: {
      ...(suppress === null ? {} : { suppress }),
      ...(staleDays === null ? {} : { stale_days: staleDays }),
    },
  };
}

/** Answers for one project whether a status ends a document of a type (DC10); null: with the built-in words. */
export function createTerminalTest(
  settings: TreeSettings | null,
): (status: string | null, type: string) => boolean {
  if (settings === null) return (status, type) => isTerminalStatus(status, type, builtInVocabulary);
  const words = Object.entries(settings.terminal);
  const statuses = new Map(words.map(([type, terminal]) => [type, { open: [], terminal }]));
  return (status, type) => isTerminalStatus(status, type, { statuses });
}
