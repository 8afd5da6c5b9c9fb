/** Why git could not answer, as `git.state` tells it (GD10). */

export type GitState = 'ok' | 'not_a_repository' | 'git_absent' | 'foreign_owner' | 'broken' | 'timeout';

export class GitFailure extends Error {
  override readonly name = 'GitFailure';
  readonly state: Exclude<GitState, 'ok'>;

  constructor(state: Exclude<GitState, 'ok'>, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.state = state;
  }
}

/** `gitPlace` is the folder that holds a `.git`, if any does. */
export function explainFailure(errors: string, gitPlace: string | undefined, cause?: unknown): GitFailure {
  if (/spawn \S+ (?:ENOENT|EACCES)/.test(errors)) {
    return new GitFailure('git_absent', 'git is not installed, or not on the PATH of the server', { cause });
  }
  if (errors.includes('dubious ownership')) {
    return new GitFailure(
      'foreign_owner',
      `the repository at ${gitPlace ?? 'this folder'} belongs to another user`,
      { cause },
    );
  }
  if (gitPlace === undefined)
    return new GitFailure('not_a_repository', 'the folder lies in no git repository', { cause });
  return new GitFailure('broken', `the repository at ${gitPlace} cannot be read: ${firstLine(errors)}`, {
    cause,
  });
}

function firstLine(errors: string): string {
  const lines = errors.split('\n').filter((line) => line !== '');
  return (lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines[0] ?? 'git gave no reason').slice(
    0,
    300,
  );
}
