/** Where a project's files come from, and what each kind of source needs (PJ8, PJ11, RP1). */
import { AppError } from '../../../shared/failure.ts';

export interface SourceSettings {
  readonly sourceType: 'local' | 'github';
  readonly sdlcPath: string | null;
  readonly repoUrl: string | null;
  /** What was asked for; null when nothing was said. */
  readonly watch: boolean | null;
}

const allowedHosts = ['github.com', 'www.github.com'];

/** Throws one 422 naming every setting that does not fit the source. */
export function checkSource(settings: SourceSettings): void {
  const details = settings.sourceType === 'local' ? checkLocal(settings) : checkRemote(settings);
  if (details.length === 0) return;
  const message = details.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
  throw new AppError('VALIDATION_ERROR', message, { details });
}

function checkLocal({ sdlcPath }: SourceSettings) {
  return sdlcPath === null ? [{ path: 'sdlc_path', reason: 'is required for a local project' }] : [];
}

function checkRemote({ repoUrl, watch }: SourceSettings) {
  const details = [];
  if (repoUrl === null || repoUrl === '') {
    details.push({ path: 'repo_url', reason: 'is required for a github project' });
  } else if (!isAllowedUrl(repoUrl)) {
    details.push({ path: 'repo_url', reason: `must be an https address on ${allowedHosts[0]}` });
  }
  if (watch === true) details.push({ path: 'watch', reason: 'a github project cannot be watched' });
  return details;
}

function isAllowedUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.protocol === 'https:' && allowedHosts.includes(url.hostname);
}
