/** `syncline audit verify` says by its exit code whether the chain holds (GU12). */
import { expect, test } from 'vitest';
import { audit } from '../../server/cli/audit.ts';
import type { Server, Surroundings } from '../../server/cli/command.ts';
import type { AuditVerdict } from '../../shared/views/history.ts';

async function run(verdict: AuditVerdict, ...words: string[]) {
  const lines: string[] = [];
  const call = async () => ({ value: { success: true, data: verdict } });
  const surroundings = {
    terminal: { out: (line: string) => void lines.push(line) },
    withServer: async (use: (server: Server) => Promise<unknown>) => await use({ call } as unknown as Server),
  } as unknown as Surroundings;
  return { code: await audit.run(words, surroundings), out: lines.join('\n') };
}

const broken = { intact: false, rows: 5, last_seq: 5, fault: { seq: 3, reason: 'row 3 was changed' } };

test.each<[verdict: AuditVerdict, code: number, line: string]>([
  [{ intact: true, rows: 0, last_seq: 0 }, 0, 'The audit log is intact: 0 rows, the last is 0'],
  [{ intact: true, rows: 5, last_seq: 5 }, 0, 'The audit log is intact: 5 rows, the last is 5'],
  [broken, 3, 'The audit log is not intact: row 3 was changed'],
])('[GU12] %j ends with %d', async (verdict, code, line) => {
  expect(await run(verdict, 'verify')).toEqual({ code, out: line });
});

test('[GU12] --json prints the verdict', async () => {
  const { code, out } = await run(broken, 'verify', '--json');

  expect([code, JSON.parse(out)]).toEqual([3, broken]);
});

test('another action is refused', async () => {
  await expect(run(broken, 'forget')).rejects.toThrow('Not an action of audit: forget');
});
