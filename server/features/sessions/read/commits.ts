/** Finds the commits that a command's output tells of (SE14); whether they exist is asked of git elsewhere. */
import type { CommitSource } from './reading.ts';
import type { CommandTraits } from './tool-actions.ts';

export interface FoundCommit {
  readonly hash: string;
  readonly source: CommitSource;
}

const mostCommits = 50;
const longestOutput = 100_000;

/** Each hash once, git's own `[branch hash]` lines before mere mentions. */
export function findCommits(output: string, traits: CommandTraits): FoundCommit[] {
  const text = output.slice(0, longestOutput);
  const found = new Map<string, FoundCommit>();
  for (const [, hash] of text.matchAll(CREATED)) {
    if (hash !== undefined) found.set(hash, { hash, source: 'created' });
  }
  if (traits.isGit) {
    for (const [hash] of text.matchAll(HEX_WORD)) {
      if (found.size >= mostCommits) break;
      const source = toSource(hash, traits);
      if (source !== null && !found.has(hash)) found.set(hash, { hash, source });
    }
  }
  return [...found.values()].slice(0, mostCommits);
}

/** `[main 1a2b3c4] Subject`, `[main (root-commit) 1a2b3c4] …`, `[detached HEAD 1a2b3c4] …` */
const CREATED = /^[ \t]{0,20}\[[^\]\n]{1,240} ([0-9a-f]{7,40})\] /gm;
const HEX_WORD = /(?<![0-9A-Za-z_-])[0-9a-f]{7,40}(?![0-9A-Za-z_-])/g;

function toSource(hash: string, { makesCommit, listsCommits }: CommandTraits): CommitSource | null {
  if (hash.length === 40 && listsCommits) return makesCommit ? 'resolved' : null;
  return /[a-f]/.test(hash) ? 'mentioned' : null;
}

/** Addresses of pull requests in the output of `gh pr create`. */
export function findPrLinks(output: string): string[] {
  return [...new Set(output.slice(0, longestOutput).match(PR_LINK) ?? [])].slice(0, 10);
}

const PR_LINK = /https:\/\/[\w.-]{1,100}\/[\w.-]{1,100}\/[\w.-]{1,100}\/pull\/\d{1,10}/g;
