/** Follows the pages of a list to their end, on one host, and never in circles (AR3). */
import { z } from 'zod';
import {
  UpstreamFailure,
  type Upstream,
  type UpstreamCallOptions,
} from '../../../platform/upstream/upstream.ts';

export interface JoinedPages {
  readonly values: readonly unknown[];
  /** Of the first page. */
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface PageOptions extends UpstreamCallOptions {
  readonly signal?: AbortSignal;
}

const Page = z.object({
  values: z.array(z.unknown()),
  _links: z.object({ next: z.object({ href: z.string().min(1).nullish() }).nullish() }).nullish(),
  _meta: z.record(z.string(), z.unknown()).nullish(),
});

/** `call` sends one request; who limits how many run at a time is behind it. */
export async function joinPages(
  call: Upstream['call'],
  path: string,
  options: PageOptions,
): Promise<JoinedPages> {
  const { signal, ...callOptions } = options;
  const values: unknown[] = [];
  const seen = new Set<string>();
  let meta: JoinedPages['meta'] | undefined;
  for (let next: string | undefined = path; next !== undefined;) {
    if (seen.size === mostPages) throw unreadable(`more than ${mostPages} pages`);
    if (seen.has(next)) throw unreadable('a page that leads back to an earlier one');
    seen.add(next);
    const { body } = await call(
      { method: 'GET', path: next, isIdempotent: true, ...(signal && { signal }) },
      callOptions,
    );
    const page = Page.safeParse(body);
    if (!page.success) throw unreadable('a page without values');
    for (const value of page.data.values) values.push(value);
    meta ??= page.data._meta ?? {};
    next = toNext(next, page.data._links?.next?.href ?? undefined);
  }
  return { values, meta: meta ?? {} };
}

const mostPages = 10_000;

/** Absolute, or relative to the page that names it. Another host is refused where the call is made (CN7). */
function toNext(current: string, href: string | undefined): string | undefined {
  if (href === undefined) return undefined;
  const placeholder = 'https://ardoq.invalid';
  if (!URL.canParse(href, new URL(current, placeholder))) throw unreadable('a next page without an address');
  const url = new URL(href, new URL(current, placeholder));
  return url.origin === placeholder ? `${url.pathname}${url.search}` : url.href;
}

const unreadable = (what: string): UpstreamFailure =>
  new UpstreamFailure({
    kind: 'unreadable',
    message: `Ardoq sent ${what}; nothing of the list is used.`,
    status: null,
    isAmbiguous: false,
    body: null,
    activityId: null,
    retryAfterMs: null,
  });
