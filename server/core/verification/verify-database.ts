/** Looks through a whole database at one moment: what must be true of it, and is it? */
import type { Finding } from '../../../shared/views/verification.ts';
import type { Queryable } from '../../db/open.ts';
import { runCheck, type CheckResult } from './check.ts';
import { journalChecks } from './journal-checks.ts';
import { operationChecks } from './operation-checks.ts';
import { rowChecks } from './row-checks.ts';

export interface VerificationResult {
  readonly checks: readonly { readonly check: string; readonly findings: number }[];
  readonly findings: readonly Finding[];
}

/** `more`: what other rooms know of their own rows. */
export async function verifyDatabase(
  snapshot: Queryable,
  more: readonly (() => Promise<CheckResult>)[],
  signal: AbortSignal,
): Promise<VerificationResult> {
  const results: CheckResult[] = [];
  for (const check of [...journalChecks, ...operationChecks, ...rowChecks]) {
    signal.throwIfAborted();
    results.push(await runCheck(snapshot, check));
  }
  for (const check of more) results.push(await check());
  return {
    checks: results.map(({ check, findings }) => ({ check, findings })),
    findings: results.flatMap(({ first }) => first),
  };
}
