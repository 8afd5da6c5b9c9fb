/** Ardoq as this server reads it: bearer and label are the upstream's headers, nothing is ever written (AR1 to AR6). */
import { z } from 'zod';
import {
  UpstreamFailure,
  type Upstream,
  type UpstreamCall,
  type UpstreamCallOptions,
} from '../../../platform/upstream/upstream.ts';
import { createCallLimit } from './call-limit.ts';
import { readComponents, type ReadComponents } from './component.ts';
import { joinPages, type JoinedPages } from './pages.ts';
import { createSharedReads } from './shared-reads.ts';

export interface ArdoqReadOptions extends UpstreamCallOptions {
  readonly signal?: AbortSignal;
}

export type ArdoqObject = Readonly<Record<string, unknown>>;

/** One connection: kept as long as its credentials stay the same, for cache, limits and pacing belong to it. */
export interface ArdoqClient {
  readMe(options?: ArdoqReadOptions): Promise<ArdoqMe>;
  listWorkspaces(options?: ArdoqReadOptions): Promise<JoinedPages>;
  readWorkspace(id: string, options?: ArdoqReadOptions): Promise<ArdoqObject>;
  readContext(workspaceId: string, options?: ArdoqReadOptions): Promise<ArdoqObject>;
  /** All of a workspace, kept for 60 s (BR3). */
  readComponents(
    workspaceId: string,
    options?: ArdoqReadOptions & { readonly refresh?: boolean },
  ): Promise<ReadComponents>;
}

export const ArdoqMe = z.looseObject({
  user: z.looseObject({ email: z.string().nullish(), name: z.string().nullish() }).nullish(),
  org: z.looseObject({ name: z.string().nullish(), label: z.string().nullish() }).nullish(),
});
export type ArdoqMe = z.infer<typeof ArdoqMe>;

/** What the upstream of a connection sends with every call (AR1). */
export const toArdoqHeaders = ({ token, orgLabel }: { token: string; orgLabel: string | null }) => ({
  Authorization: `Bearer ${token}`,
  ...(orgLabel === null || orgLabel === '' ? {} : { 'X-org': orgLabel }),
});

export interface ArdoqClientOptions {
  readonly upstream: Upstream;
  readonly monotonicMs?: () => number;
}

export function createArdoqClient({
  upstream,
  monotonicMs = () => performance.now(),
}: ArdoqClientOptions): ArdoqClient {
  const limit = createCallLimit(callsAtATime);
  const componentsOf = createSharedReads<ReadComponents>({ keepMs: keepComponentsMs, monotonicMs });
  const call = async (request: UpstreamCall, options?: UpstreamCallOptions) =>
    await limit.run(async () => await upstream.call(request, options), request.signal);

  const readObject = async <T extends z.ZodType>(
    schema: T,
    path: string,
    { signal, ...options }: ArdoqReadOptions = {},
  ): Promise<z.output<T>> => {
    const { body } = await call(
      { method: 'GET', path, isIdempotent: true, ...(signal && { signal }) },
      options,
    );
    const read = schema.safeParse(body);
    if (!read.success) throw unreadable(path);
    return read.data;
  };

  return {
    readMe: async (options) => await readObject(ArdoqMe, '/api/v2/me', options),
    listWorkspaces: async (options = {}) => await joinPages(call, '/api/v2/workspaces', options),
    readWorkspace: async (id, options) => await readObject(AnyObject, toWorkspacePath(id), options),
    readContext: async (id, options) =>
      await readObject(AnyObject, `${toWorkspacePath(id)}/context`, options),
    async readComponents(workspaceId, { refresh = false, signal, ...options } = {}) {
      const path = `/api/v2/components?rootWorkspace=${encodeURIComponent(workspaceId)}`;
      // Shared with others: one reader who leaves does not end it.
      const load = async () => readComponents((await joinPages(call, path, options)).values);
      return await componentsOf.read(workspaceId, load, { refresh, signal });
    },
  };
}

const callsAtATime = 2;
const keepComponentsMs = 60_000;

const AnyObject = z.record(z.string(), z.unknown());

const toWorkspacePath = (id: string): string => `/api/v2/workspaces/${encodeURIComponent(id)}`;

const unreadable = (path: string): UpstreamFailure =>
  new UpstreamFailure({
    kind: 'unreadable',
    message: `Ardoq answered ${path} with something else than expected.`,
    status: null,
    isAmbiguous: false,
    body: null,
    activityId: null,
    retryAfterMs: null,
  });
