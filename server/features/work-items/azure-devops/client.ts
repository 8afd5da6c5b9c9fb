/** One organisation of Azure DevOps over the wire: calls go out as they are written, failures come back with their cause. */
import type { z } from 'zod';
import {
  UpstreamFailure,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamWait,
} from '../../../platform/upstream/upstream.ts';
import type { CallOptions } from '../tracker.ts';
import type { AzureCall } from './calls.ts';
import { toTrackerFailure, toUnreadable } from './failures.ts';

export interface AzureClient {
  /** As the connection spells it. */
  readonly organization: string;
  send(call: AzureCall, options?: CallOptions): Promise<UpstreamAnswer>;
  read<S extends z.ZodType>(call: AzureCall, schema: S, options?: CallOptions): Promise<z.output<S>>;
  /** An absolute address below the organisation: from the connection, never from defaults (AZ13). */
  addressOf(path: string): string;
}

export interface AzureClientOptions {
  readonly upstream: Upstream;
  readonly organization: string;
}

export function createAzureClient({ upstream, organization }: AzureClientOptions): AzureClient {
  const root = toRoot(upstream.baseUrl, organization);

  const send = async (call: AzureCall, options: CallOptions = {}): Promise<UpstreamAnswer> => {
    const { signal, onWait, retryBudgetMs } = options;
    try {
      return await upstream.call(
        {
          method: call.method,
          path: `${root}${call.path}`,
          isIdempotent: call.isIdempotent,
          ...(call.body === undefined ? {} : { body: call.body }),
          ...(call.contentType === undefined ? {} : { contentType: call.contentType }),
          ...(signal === undefined ? {} : { signal }),
        },
        {
          ...(retryBudgetMs === undefined ? {} : { retryBudgetMs }),
          ...(onWait === undefined ? {} : { onWait: (wait) => onWait(toWaitText(wait), wait.waitMs) }),
        },
      );
    } catch (error) {
      if (error instanceof UpstreamFailure) throw toTrackerFailure(error, call);
      throw error;
    }
  };

  return {
    organization,
    send,
    async read(call, schema, options) {
      const answer = await send(call, options);
      const parsed = schema.safeParse(answer.body);
      if (!parsed.success) throw toUnreadable(call, answer, parsed.error);
      return parsed.data;
    },
    addressOf: (path) => `${upstream.baseUrl}${root}${path}`,
  };
}

/** On a host of its own, `fabrikam.visualstudio.com`, the organisation is not part of the path. */
function toRoot(baseUrl: string, organization: string): string {
  const { hostname } = new URL(baseUrl);
  if (hostname.toLowerCase() === `${organization.toLowerCase()}.visualstudio.com`) return '';
  return `/${encodeURIComponent(organization)}`;
}

/** AZ21: what a phase says while it waits. */
function toWaitText({ reason, waitMs, failure }: UpstreamWait): string {
  const seconds = `${Math.ceil(waitMs / 1_000)} s`;
  if (reason === 'throttled') return `throttled by Azure DevOps, ${seconds}`;
  const cause = failure?.status === null || failure === null ? 'no answer' : `answer ${failure.status}`;
  return `${cause} from Azure DevOps, trying again in ${seconds}`;
}
