/** Wires copying out and looking through the database to what other rooms know to be true of theirs. */
import { mountBackup } from './features/backup/backup-routes.ts';
import { verifyChain } from './features/history/audit-query.ts';
import type { ChainHead } from './features/history/audit-chain.ts';
import type { CheckResult } from './core/verification/check.ts';
import type { ConnectionTarget, Transaction } from './db/open.ts';
import type { HttpKit } from './http/serve-route.ts';
import type { Clock } from './platform/clock.ts';

interface Options {
  readonly target: ConnectionTarget;
  readonly version: string;
  readonly clock: Clock;
  readonly auditHead: () => ChainHead;
  readonly stopping: AbortSignal;
}

export function mountBackups(kit: HttpKit, { auditHead, ...options }: Options): void {
  const checkAudit = async (tx: Transaction, signal: AbortSignal): Promise<CheckResult> => {
    const { fault } = await verifyChain(tx, { known: auditHead(), latest: kit.db, signal });
    const check = 'chain of the audit log';
    if (fault === undefined) return { check, findings: 0, first: [] };
    return { check, findings: 1, first: [{ check, subject: `row ${fault.seq}`, message: fault.reason }] };
  };
  mountBackup(kit, { ...options, checks: [checkAudit] });
}
