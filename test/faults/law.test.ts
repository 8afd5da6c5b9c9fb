/** The laws of delivery in a short run: two real servers that are killed, lines that are cut, and nothing missing at the end. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { planRun, type Plan, type Scale } from './law/plan.ts';
import { runLaw } from './law/run-law.ts';
import { toComplaint, toSummary } from './law/summary.ts';

const scale: Omit<Scale, 'seed'> = { durationMs: 6_000, events: 2_000, cuts: 50, kills: 2, readers: 6 };
const fromSources = ['--import', 'tsx', join(import.meta.dirname, '../../server/main.ts')];

test('[LAW1, LAW2, LAW3] whatever is killed and cut: each event once, one end an operation, views that are folds', async ({
  task,
}) => {
  // One database sees what everybody sees, the other what nobody has seen yet.
  const seed = task.file.projectName === 'embedded' ? 1 : Math.floor(Math.random() * 1e9);
  const plan: Plan = planRun({ ...scale, seed });
  const database = await createTestDatabase();
  try {
    const result = await runLaw(plan, { databaseUrl: database.url, program: fromSources });

    const again = `npm run faults -- --minutes 0.1 --seed ${seed} --events 2000 --cuts 50 --kills 2 --readers 6`;
    expect(toComplaint(result.findings), `${again}\n${toSummary(plan, result)}`).toBe('');
    expect(result.figures.kills).toBe(2);
    expect(result.figures.cuts).toBeGreaterThanOrEqual(50);
    expect(result.figures.promised).toBeGreaterThanOrEqual(2_000);
  } finally {
    await database.drop();
  }
}, 240_000);
