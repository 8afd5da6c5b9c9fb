/** All of git that Syncline uses, run so that neither a repository nor a name in it can make git do anything else (GU7). */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { GitPluginError, simpleGit } from 'simple-git';
import { readHeadFile } from './git-head.ts';
import { explainFailure, GitFailure, type GitState } from './git-failure.ts';

export interface GitOptions {
  /** `PATH` to find git, `HOME` for the person's own configuration; `GIT_*` is dropped. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

export interface Git {
  /** The repository that holds a folder, which may lie anywhere below its top. */
  openRepository(folder: string, signal: AbortSignal): Promise<OpenedRepository>;
}

export type OpenedRepository =
  | { readonly state: 'ok'; readonly repository: Repository }
  | { readonly state: Exclude<GitState, 'ok'>; readonly reason: string };

/** Holds nothing open. Paths in what it answers count from `top`; entries count from the folder it was opened for. */
export interface Repository {
  readonly top: string;
  /** From the top to the folder: empty, or ending in `/`. */
  readonly prefix: string;
  readonly gitDir: string;
  readonly commonDir: string;
  /** The commit that is checked out, or null before the first one. Reads files, not a process. */
  readHead(signal: AbortSignal): Promise<string | null>;
  /** The commits a shallow clone ends at, empty for a whole one: what they are changes with every deepening. */
  readShallowBoundary(): string;
  /** `git log` from `to` back to `from`, or to the beginning; in the format that `readHistory` reads. */
  log(range: LogRange, entries: readonly string[], signal: AbortSignal): Promise<string>;
  /** `git status` as porcelain v2, with untracked folders file by file. */
  status(entries: readonly string[], signal: AbortSignal): Promise<string>;
  /** The top folders of all worktrees, this one too; of some the folder may be gone. Empty where git cannot tell. */
  listWorktrees(signal: AbortSignal): Promise<string[]>;
  /** What all refs and heads point to: another text whenever a commit may have come or gone. */
  readRefs(signal: AbortSignal): Promise<string>;
  /** Ids of all commits that a ref or a head of any worktree leads to, one a line. */
  listCommits(signal: AbortSignal): Promise<string>;
  /** False also when `older` is a commit that no longer exists. */
  isAncestor(older: string, newer: string, signal: AbortSignal): Promise<boolean>;
}

export interface LogRange {
  readonly from: string | null;
  readonly to: string;
}

const defaultTimeoutMs = 30_000;

/** Whatever the person or the repository has configured, these hold. */
const config = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'protocol.allow=never',
  'log.follow=false',
];

/** simple-git refuses such settings unless named, and each of ours closes the door that it guards. */
const permitted = {
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafeProtocolOverride: true,
};

/** Answers in English, asks nobody anything, and never writes: not even a refreshed index. */
const fixedEnv = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' };

export function createGit({ env, timeoutMs = defaultTimeoutMs }: GitOptions): Git {
  const gitEnv = { ...withoutGitVariables(env), ...fixedEnv };

  async function openRepository(folder: string, signal: AbortSignal): Promise<OpenedRepository> {
    try {
      return { state: 'ok', repository: await open(folder, signal) };
    } catch (error) {
      if (error instanceof GitFailure) return { state: error.state, reason: error.message };
      throw error;
    }
  }

  async function open(folder: string, signal: AbortSignal): Promise<Repository> {
    const run = (args: readonly string[], runSignal: AbortSignal) => runGit(folder, args, runSignal);
    const answer = await expectSuccess(folder, run(placeQuestion, signal));
    const [top, gitDir, commonDir, prefix] = answer.split('\n');
    if (top === undefined || gitDir === undefined || commonDir === undefined || prefix === undefined) {
      throw new GitFailure('broken', 'git gave no place for the repository');
    }
    const dirs = { gitDir, commonDir: resolve(folder, commonDir) };
    return {
      top,
      prefix,
      ...dirs,
      async readHead(readSignal) {
        const head = readHeadFile(dirs);
        if (head !== undefined) return head;
        const { code, output } = await run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], readSignal);
        return code === 0 ? output.trim() : null;
      },
      readShallowBoundary: () => readShallowFile(dirs.commonDir),
      async log(range, entries, logSignal) {
        const first = await run(toLogArguments('-M', range, entries), logSignal);
        // A partial clone lacks the contents that renames are compared by; equal contents it knows by their ids.
        if (first.code !== 0 && /promisor|not allowed|missing blob/i.test(first.errors)) {
          return expectSuccess(folder, run(toLogArguments('-M100%', range, entries), logSignal));
        }
        return expectSuccess(folder, Promise.resolve(first));
      },
      status: (entries, statusSignal) =>
        expectSuccess(folder, run([...statusQuestion, '--', ...entries], statusSignal)),
      async listWorktrees(listSignal) {
        const { code, output } = await run(['worktree', 'list', '--porcelain'], listSignal);
        const lines = code === 0 ? output.split('\n') : [];
        return lines
          .filter((line) => line.startsWith(worktreeMark))
          .map((line) => line.slice(worktreeMark.length));
      },
      // Before the first commit there is none to show, which git answers with a failure.
      readRefs: async (refsSignal) => (await run(['show-ref', '--head', '--hash'], refsSignal)).output,
      listCommits: (listSignal) => expectSuccess(folder, run(['rev-list', '--all'], listSignal)),
      async isAncestor(older, newer, askSignal) {
        const question = ['merge-base', '--is-ancestor', toCommitId(older), toCommitId(newer)];
        return (await run(question, askSignal)).code === 0;
      },
    };
  }

  async function runGit(folder: string, args: readonly string[], signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    const outcome = { code: -1, errors: '' };
    try {
      const git = simpleGit({
        baseDir: folder,
        abort: signal,
        config,
        unsafe: permitted,
        allowEnvironment: Object.keys(fixedEnv),
        timeout: { block: timeoutMs, stdOut: false, stdErr: false },
        errors(error, { exitCode, stdErr }) {
          outcome.code = exitCode;
          outcome.errors = Buffer.concat(stdErr).toString();
          return error instanceof GitPluginError ? error : undefined; // an exit code is an answer, for the caller to read
        },
      }).env(gitEnv);
      const output = await git.raw(['--literal-pathspecs', ...args]);
      return { ...outcome, output };
    } catch (error) {
      signal.throwIfAborted();
      throw toGitFailure(error, folder, timeoutMs);
    }
  }

  return { openRepository };
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const worktreeMark = 'worktree ';

const placeQuestion = [
  'rev-parse',
  '--show-toplevel',
  '--absolute-git-dir',
  '--git-common-dir',
  '--show-prefix',
];

/** Submodules are other repositories: asking them would run git with their configuration. */
const statusQuestion = [
  'status',
  '--porcelain=v2',
  '-z',
  '--untracked-files=all',
  '--no-renames',
  '--ignore-submodules=all',
];

/** `--full-history`, because only without git's simplification is the log of a range what it adds to the log before it. */
function toLogArguments(
  renames: '-M' | '-M100%',
  { from, to }: LogRange,
  entries: readonly string[],
): string[] {
  const newest = toCommitId(to);
  const range = from === null ? newest : `${toCommitId(from)}..${newest}`;
  const shape = ['-z', '--format=%x01%H %ct', '--name-status', renames, '-l1000', '-c', '--full-history'];
  const plain = ['--no-show-signature', '--no-relative', '--no-ext-diff', '--no-textconv', '--no-color'];
  return ['log', ...shape, ...plain, '--end-of-options', range, '--', ...entries];
}

function toCommitId(text: string): string {
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text)) return text;
  throw new GitFailure('broken', `"${text}" is no commit id`);
}

async function expectSuccess(folder: string, running: Promise<Outcome>): Promise<string> {
  const { code, output, errors } = await running;
  if (code === 0) return output;
  throw explainFailure(errors, findGitPlace(folder));
}

function toGitFailure(error: unknown, folder: string, timeoutMs: number): GitFailure {
  if (error instanceof GitFailure) return error;
  if (error instanceof GitPluginError && error.plugin === 'timeout') {
    return new GitFailure('timeout', `git did not answer within ${timeoutMs / 1000} s`, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return explainFailure(message, findGitPlace(folder), error);
}

/** Where a repository seems to begin; git says "not a repository" of a broken one, too. */
function findGitPlace(folder: string): string | undefined {
  for (let place = folder; ; place = dirname(place)) {
    if (hasGit(place)) return place;
    if (dirname(place) === place) return undefined;
  }
}

function hasGit(folder: string): boolean {
  return existsSync(join(folder, '.git'));
}

function readShallowFile(commonDir: string): string {
  try {
    return readFileSync(join(commonDir, 'shallow'), 'utf8').trim();
  } catch {
    return ''; // only a shallow clone has the file
  }
}

function withoutGitVariables(env: GitOptions['env']): Record<string, string> {
  const kept = Object.entries(env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !pair[0].toUpperCase().startsWith('GIT_'),
  );
  return Object.fromEntries(kept);
}
