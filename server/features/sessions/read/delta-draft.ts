/** Gathers the rows of one transaction while lines are read. */
import type {
  ArtifactFact,
  CommandFact,
  CommitFact,
  CommitSource,
  FileFact,
  LineIssue,
  PrLink,
  SessionDelta,
  SessionRecord,
  UsageFact,
} from './reading.ts';

export interface DeltaDraft {
  records: SessionRecord[];
  usage: Map<string, UsageFact>;
  files: Map<string, FileFact>;
  commands: Map<string, CommandFact>;
  commits: Map<string, CommitFact>;
  artifacts: Map<string, ArtifactFact>;
  prLinks: Map<string, PrLink>;
  issues: Map<string, LineIssue>;
  maskedSecrets: number;
}

export function createDeltaDraft(): DeltaDraft {
  return {
    records: [],
    usage: new Map(),
    files: new Map(),
    commands: new Map(),
    commits: new Map(),
    artifacts: new Map(),
    prLinks: new Map(),
    issues: new Map(),
    maskedSecrets: 0,
  };
}

export function toDelta(draft: DeltaDraft): SessionDelta {
  return {
    records: draft.records,
    usage: [...draft.usage.values()],
    files: [...draft.files.values()],
    commands: [...draft.commands.values()],
    commits: [...draft.commits.values()],
    artifacts: [...draft.artifacts.values()],
    prLinks: [...draft.prLinks.values()],
    issues: [...draft.issues.values()],
    maskedSecrets: draft.maskedSecrets,
  };
}

/** SE9: of the lines of one message the one with the most output counts, on a tie the later. */
export function addUsage(draft: DeltaDraft, usage: UsageFact): void {
  const known = draft.usage.get(usage.key);
  if (known === undefined || usage.output >= known.output) draft.usage.set(usage.key, usage);
}

/** A commit that was seen being made is not unmade by a later mention. */
export function addCommit(draft: DeltaDraft, commit: CommitFact): void {
  const known = draft.commits.get(commit.hash);
  if (known === undefined || commitRank[commit.source] > commitRank[known.source])
    draft.commits.set(commit.hash, commit);
}

/** The store compares in the same way: a higher rank replaces, an equal one does not. */
export const commitRank: Record<CommitSource, number> = { mentioned: 0, resolved: 1, created: 2 };

export function addPrLink(draft: DeltaDraft, link: PrLink): void {
  if (!draft.prLinks.has(link.url)) draft.prLinks.set(link.url, link);
}
