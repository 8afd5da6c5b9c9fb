/** A tracker and an organisation over the real transport and the local fake. */
import { createTracker } from '../../../server/features/work-items/azure-devops/azure-tracker.ts';
import {
  createOrganization,
  type Organization,
} from '../../../server/features/work-items/azure-devops/organization.ts';
import type { TargetProject, Tracker } from '../../../server/features/work-items/tracker.ts';
import { openUpstreams } from '../../../server/platform/upstream/open-upstreams.ts';
import {
  openFakeUpstream,
  type FakeOptions,
  type FakeUpstream,
} from '../../support/fake-upstream/fake-upstream.ts';

export interface FakeAzure extends AsyncDisposable {
  readonly fake: FakeUpstream;
  readonly tracker: Tracker;
  readonly organization: Organization;
  readonly project: TargetProject;
}

export async function openFakeAzure(
  options: FakeOptions & { readonly token?: string } = {},
): Promise<FakeAzure> {
  const { token = 'fake-pat', ...fakeOptions } = options;
  const fake = await openFakeUpstream(fakeOptions);
  const open = openUpstreams({
    hosts: { known: [], allowed: [fake.host] },
    version: '0',
    limits: { answerMs: 2_000 },
  });
  const upstream = open({
    service: 'Azure DevOps',
    host: fake.url,
    headers: { Authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` },
  });
  const settings = { upstream, organization: 'contoso' };
  const tracker = createTracker(settings);
  const project: TargetProject =
    token === 'fake-pat'
      ? await tracker.findProject('Fabrikam')
      : { id: 'unknown', name: 'Fabrikam', processName: null, processTypeId: null };
  return {
    fake,
    tracker,
    organization: createOrganization(settings),
    project,
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}
