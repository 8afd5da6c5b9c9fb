/** Making and ending named tokens: the row and its event in one commit, the act in the audit log. */
import { randomBytes, randomUUID } from 'node:crypto';
import { tokenPrefix, type Role } from '../../../shared/access.ts';
import { AppError } from '../../../shared/failure.ts';
import type { Actor } from '../../../shared/operations.ts';
import { RowId } from '../../../shared/api/envelope.ts';
import type { AccessToken } from '../../../shared/views/access.ts';
import type { RecordAct, RequestOrigin } from '../../core/audit-act.ts';
import type { Journal } from '../../core/journal.ts';
import { digestOf } from '../../http/token-book.ts';
import type { Clock } from '../../platform/clock.ts';
import { insertToken, revokeToken, toAccessToken, type TokenRow } from './token-store.ts';

interface TokenCommandsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly recordAct: RecordAct;
  /** The tokens of this process are those of the database again. */
  readonly reload: () => Promise<void>;
}

export interface TokenWish {
  readonly name: string;
  readonly role: Role;
  readonly days?: number | undefined;
}

export interface Asker {
  readonly actor: Actor;
  readonly origin: RequestOrigin;
}

const dayMs = 86_400_000;

export class TokenCommands {
  readonly #options: TokenCommandsOptions;

  constructor(options: TokenCommandsOptions) {
    this.#options = options;
  }

  async create(
    { name, role, days }: TokenWish,
    asker: Asker,
  ): Promise<{ token: AccessToken; secret: string }> {
    const { journal, clock, reload } = this.#options;
    const secret = tokenPrefix + randomBytes(32).toString('base64url');
    const createdAt = clock.now();
    const row: TokenRow = {
      id: randomUUID(),
      name,
      role,
      digest: digestOf(secret),
      createdAt,
      createdBy: asker.actor.name,
      expiresAt: days === undefined ? null : new Date(createdAt.getTime() + days * dayMs),
      lastUsedAt: null,
      revokedAt: null,
    };
    const token = toAccessToken(row);
    await journal.transact(async (tx, emit) => {
      if (!(await insertToken(tx, row))) {
        throw new AppError(
          'DUPLICATE_NAME',
          `There is or was a token ${name}; a name is never given twice, because the audit log tells who by it.`,
        );
      }
      emit({ type: 'token:created', ...place, data: { token } });
    });
    await reload();
    this.#record('token_created', token, asker);
    return { token, secret };
  }

  /** Ending one twice is no fault. */
  async revoke(id: string, asker: Asker): Promise<AccessToken> {
    const { journal, clock, reload } = this.#options;
    const found = await journal.transact(async (tx, emit) => {
      const revoked = RowId.safeParse(id).success ? await revokeToken(tx, id, clock.now()) : undefined;
      if (revoked === undefined) throw new AppError('NOT_FOUND', `Token ${id} not found`);
      const token = toAccessToken(revoked.row);
      if (revoked.wasLiving) emit({ type: 'token:revoked', ...place, data: { token } });
      return { token, wasLiving: revoked.wasLiving };
    });
    await reload();
    if (found.wasLiving) this.#record('token_revoked', found.token, asker);
    return found.token;
  }

  #record(action: 'token_created' | 'token_revoked', token: AccessToken, { actor, origin }: Asker): void {
    const { id, name, role, expiresAt } = token;
    const details = { name, role, expires_at: expiresAt, by: actor.name };
    this.#options.recordAct({ action, entity: 'token', entityId: id, details, origin });
  }
}

const place = { projectId: null, operationId: null, topic: ['audit'] } as const;
