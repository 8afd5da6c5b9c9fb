/** How a push is answered: as a stream, or at once with where to look (PU14). */

export type AnswerMode = 'stream' | 'accepted';

export interface Wishes {
  readonly accept: string | undefined;
  readonly prefer: string | undefined;
}

export function chooseMode({ accept, prefer }: Wishes): AnswerMode {
  if (isAsync(prefer)) return 'accepted';
  return rank(accept, 'application/json') > rank(accept, 'text/event-stream') ? 'accepted' : 'stream';
}

/** Only who asks for a stream by name gets one: other routes of `/api/v1` answer with JSON (PU40). */
export function choosePlainMode(wishes: Wishes): AnswerMode {
  const asksForStream = rankOf(wishes.accept, ['text/event-stream']) > 0;
  return asksForStream ? chooseMode(wishes) : 'accepted';
}

export const isAsync = (prefer: string | undefined): boolean =>
  (prefer ?? '').split(',').some((part) => part.split(';')[0]?.trim().toLowerCase() === 'respond-async');

/** No header and a wildcard rank both alike. */
const rank = (accept: string | undefined, type: string): number => {
  const [major = ''] = type.split('/');
  const named = rankOf(accept, [type]);
  if (named >= 0) return named;
  const byMajor = rankOf(accept, [`${major}/*`]);
  return byMajor >= 0 ? byMajor : Math.max(0, rankOf(accept, ['*/*']));
};

/** The quality of the first range that is listed; -1 when none is. */
function rankOf(accept: string | undefined, ranges: readonly string[]): number {
  for (const part of (accept ?? '').split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if (!ranges.includes(range)) continue;
    const quality = parameters
      .map((text) => /^q=(\d(?:\.\d{0,3})?)$/.exec(text)?.[1])
      .find((text) => text !== undefined);
    return quality === undefined ? 1 : Number(quality);
  }
  return -1;
}
