/** `/api/v1/system/backup` and `/verification`: the database as a whole, for whoever keeps it. */
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { readBackup, verifyDatabase as verifyRoute } from '../../../shared/api/system.ts';
import { AppError } from '../../../shared/failure.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import { runPatiently } from './patience.ts';
import type { CheckResult } from '../../core/verification/check.ts';
import { verifyDatabase } from '../../core/verification/verify-database.ts';
import { writeBackup } from '../../db/backup/write-backup.ts';
import type { ConnectionTarget, Transaction } from '../../db/open.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import type { Clock } from '../../platform/clock.ts';

export interface BackupRouteOptions {
  readonly target: ConnectionTarget;
  readonly version: string;
  readonly clock: Clock;
  /** What other rooms know to be true of their rows. */
  readonly checks: readonly ((tx: Transaction, signal: AbortSignal) => Promise<CheckResult>)[];
  readonly stopping: AbortSignal;
}

/** Each holds a connection and a snapshot of its own. */
const mostAtOnce = 2;
/** Who takes nothing for so long is gone: the snapshot must not be held for it. */
const patienceMs = 60_000;

export function mountBackup(kit: HttpKit, options: BackupRouteOptions): void {
  const { target, version, clock, checks, stopping } = options;
  let running = 0;

  kit.app.get(readBackup.path, (c) => {
    if (running >= mostAtOnce) {
      throw new AppError('RATE_LIMITED', 'Backups are being made already; try again when one is done.', {
        headers: { 'Retry-After': '30' },
      });
    }
    running += 1;
    const madeAt = clock.now();
    const text = runPatiently(writeBackup({ target, program: version, madeAt }), {
      patienceMs,
      signal: AbortSignal.any([c.req.raw.signal, stopping]),
      onEnd: () => (running -= 1),
    });
    // Whoever reads the answer is told of a failure by its end; the stream of rows ends with it, and the other way round.
    const file = pipeline(
      Readable.from(text, { objectMode: false }),
      createGzip({ level: 4 }),
      () => undefined,
    );
    const day = madeAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    c.header('Cache-Control', 'private, no-store');
    return c.body(Readable.toWeb(file) as ReadableStream, 200, {
      'Content-Type': 'application/gzip',
      'Content-Disposition': `attachment; filename="syncline-${day}.backup.gz"`,
    });
  });

  serveRead(kit, verifyRoute, async (_input, { tx, signal }) => {
    const { epoch, head, oldest } = await kit.journal.position(tx);
    const more = checks.map((check) => () => check(tx, signal));
    const result = await verifyDatabase(tx, more, signal);
    return {
      checkedAt: toTimestamp(clock.now()),
      epoch,
      head,
      oldest,
      checks: [...result.checks],
      findings: [...result.findings],
    };
  });
}
