/** A push under both readings of everything about Azure DevOps that is only inferred: once each, whatever is true (FK18). */
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readings } from '../support/fake-upstream/readings.ts';
import { defaultSwitches } from '../support/fake-upstream/switches.ts';
import { until } from '../support/until.ts';
import { createTree, openPushKit, type PushKit } from './push-kit.ts';
import { expectOneTruth, pushTo } from './push-watch.ts';

/** The longest that a reading keeps anything from being found. */
const lateMs = 500;

let kit: PushKit;
let projects = 0;

beforeAll(async () => {
  // Longer than anything is found late.
  kit = await openPushKit({ settings: { SYNCLINE_PUSH_LOOK_UP_WAITS_S: '0.1,0.3,0.6' } });
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const forgetLedger = async () => {
  const sql = postgres(kit.server.databaseUrl, { max: 1 });
  await sql`delete from work_item_ledger`;
  await sql.end({ timeout: 1 });
};

test.each(readings)(
  '[FK18, RC10] where %s, lost answers, a lost ledger, stale revisions and an overwrite leave each item once',
  async (_reading, switches) => {
    Object.assign(kit.fake.switches, defaultSwitches, switches);
    const project = `Read ${(projects += 1)}`;
    kit.fake.seed({ projects: [{ name: project }] });
    const epics = createTree(2, 1, 2);
    const push = (query = '') => pushTo(kit, { epics, project, query, body: { useBatch: true } });
    const live = () => kit.fake.items().filter((item) => item.project === project && !item.isDeleted);

    kit.fake.addFault({ match: { kind: 'create', nth: 2 }, action: { kind: '500-after-commit' } });
    const first = await push();
    kit.fake.clearFaults();
    expect(first.summary).toMatchObject({ total: 8, created: 8 });
    expect(live()).toHaveLength(8);
    await expectOneTruth(kit, first.historyId, first.frames);

    // Nobody can know of what was made a moment ago and is found by no query yet, once the ledger is gone.
    await until('all is found', () => live().every(({ createdMs }) => Date.now() - createdMs > lateMs));
    await forgetLedger();
    expect((await push()).summary).toMatchObject({ total: 8, created: 0, failed: 0 });
    expect((await push()).summary).toMatchObject({ unchanged: 8 });
    expect(live()).toHaveLength(8);

    epics[0]!.name = 'Epic 1, renamed';
    kit.fake.addFault({ match: { kind: 'update' }, action: { kind: 'stale-rev' } });
    expect((await push()).summary).toMatchObject({ updated: 1, unchanged: 7 });
    kit.fake.clearFaults();

    expect((await push('?overwrite=true')).summary).toMatchObject({ created: 8 });
    expect(
      live()
        .map(({ title }) => title)
        .sort(),
    ).toEqual([...new Set(live().map(({ title }) => title))].sort());
    expect(live()).toHaveLength(8);
  },
  60_000,
);
