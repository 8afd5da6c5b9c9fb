/** Against the fake's own accounting of units: real time, and a service that notes who comes too early (FK11). */
import { expect, test } from 'vitest';
import { openUpstreams } from '../../../server/platform/upstream/open-upstreams.ts';
import { openFakeUpstream } from '../../support/fake-upstream/fake-upstream.ts';

test('[AZ21] a throttled client never comes early, and gets everything done', async () => {
  const throttle = { budget: 4, windowMs: 700, refuseAt: 6, retryAfterS: 1, delayMs: 5 };
  await using fake = await openFakeUpstream({ switches: { throttle } });
  const openUpstream = openUpstreams({ hosts: { known: [], allowed: [fake.host] }, version: '1' });
  await using upstream = openUpstream({
    service: 'Azure DevOps',
    host: fake.url,
    headers: { Authorization: pat },
  });

  const call = {
    method: 'GET',
    path: '/contoso/_apis/projects?api-version=7.1',
    isIdempotent: true,
  } as const;
  for (let count = 0; count < 6; count += 1) expect(await upstream.call(call)).toMatchObject({ status: 200 });

  expect(fake.earlyCalls()).toEqual([]);
});

const pat = `Basic ${Buffer.from(':fake-pat').toString('base64')}`;
