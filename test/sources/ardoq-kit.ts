/** Components as Ardoq sends them, and a client for the fake. */
import type { ArdoqComponent } from '../../server/features/sources/ardoq/component.ts';
import { createArdoqClient, toArdoqHeaders } from '../../server/features/sources/ardoq/ardoq-client.ts';
import { openUpstreams } from '../../server/platform/upstream/open-upstreams.ts';
import type { FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';

export const component = (
  id: string,
  type: string,
  parent: string | null,
  more: Partial<ArdoqComponent> = {},
): ArdoqComponent => ({ _id: id, name: `${type} ${id}`, type, parent, rootWorkspace: 'w', ...more });

export function openArdoq(
  fake: FakeUpstream,
  { token = 'fake-token', monotonicMs }: { token?: string; monotonicMs?: () => number } = {},
) {
  const openUpstream = openUpstreams({ hosts: { known: [], allowed: [fake.host] }, version: '1' });
  const headers = toArdoqHeaders({ token, orgLabel: 'acme' });
  const upstream = openUpstream({ service: 'Ardoq', host: fake.url, headers });
  const client = createArdoqClient({ upstream, ...(monotonicMs && { monotonicMs }) });
  return { ...client, [Symbol.asyncDispose]: async () => await upstream[Symbol.asyncDispose]() };
}
