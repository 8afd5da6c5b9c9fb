/** Which files a tool call names, and what it does to them (SE12). */
import { toList, toText, type JsonObject } from './json.ts';
import type { FileAction } from './reading.ts';

const ACTIONS = new Map<string, FileAction>([
  ['Read', 'read'],
  ['Write', 'update'],
  ['Edit', 'update'],
  ['MultiEdit', 'update'],
  ['NotebookEdit', 'update'],
  ['Delete', 'delete'],
  ['Grep', 'search'],
  ['Glob', 'search'],
  ['Bash', 'command'],
  ['shell', 'command'],
  ['exec_command', 'command'],
  ['local_shell', 'command'],
  ['shell_command', 'command'],
]);

export function toAction(tool: string): FileAction {
  return ACTIONS.get(tool) ?? 'other';
}

const PATH_KEYS = [
  'file_path',
  'path',
  'paths',
  'notebook_path',
  'target_file',
  'source_file',
  'old_file',
  'new_file',
];

const mostPaths = 20;
const longestPath = 1000;

/** In the order of the keys, each once. */
export function findPaths(input: JsonObject): string[] {
  const paths = new Set<string>();
  for (const key of PATH_KEYS) {
    const value = input[key];
    for (const item of Array.isArray(value) ? toList(value) : [value]) {
      const path = toText(item);
      if (path !== null && path.length <= longestPath) paths.add(path);
    }
  }
  return [...paths].slice(0, mostPaths);
}

/** Words of a command that name a file: ending `.md`, or with a folder and an extension (LK4's rule for paths). */
export function findCommandPaths(command: string): string[] {
  const paths = new Set<string>();
  for (const [word] of command.slice(0, longestCommand).matchAll(WORD)) {
    if (isFilePath(word)) paths.add(word);
  }
  return [...paths].slice(0, mostPaths);
}

const longestCommand = 8000;
const WORD = /[^\s"'`;|&()<>=,:]{3,1000}/g;

function isFilePath(word: string): boolean {
  if (word.startsWith('//') || word.startsWith('-') || !/^[\w@%+./~-]+$/.test(word)) return false;
  return /[^/]\.md$/.test(word) || /\/[^/]*[^/.]\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(word);
}

/** What a command does that its output then tells about. */
export interface CommandTraits {
  readonly isGit: boolean;
  readonly makesCommit: boolean;
  /** `rev-parse` or `log`: its full hashes are of commits that may be old. */
  readonly listsCommits: boolean;
  readonly createsPr: boolean;
}

export function toTraits(command: string): CommandTraits {
  const text = command.slice(0, longestCommand);
  return {
    isGit: /(?:^|[\s;&|(])git\s/.test(text),
    makesCommit: MAKES_COMMIT.test(text),
    listsCommits: /\bgit\b[^;&|\n]{0,200}\s(?:rev-parse|log)\b/.test(text),
    createsPr: /\bgh\s+pr\s+create\b/.test(text),
  };
}

const MAKES_COMMIT = /\bgit\b[^;&|\n]{0,200}\s(?:commit|cherry-pick|revert|merge|am|rebase)(?=\s|$|[;&|])/;
