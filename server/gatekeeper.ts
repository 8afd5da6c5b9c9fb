/** The gate wired to what it asks: settings, named tokens, tickets, and where a request comes from. */
import type { RecordAct } from './core/audit-act.ts';
import type { Journal } from './core/journal.ts';
import type { Db } from './db/open.ts';
import { mountAccess } from './features/access/access-routes.ts';
import { openLivingTokens } from './features/access/living-tokens.ts';
import { redeemTicket } from './features/access/ticket-store.ts';
import { TokenCommands } from './features/access/token-commands.ts';
import { createRateSettings } from './guard-settings.ts';
import { Gate, type GuardSettings } from './http/gate.ts';
import type { ReadOrigin } from './http/request-origin.ts';
import type { HttpKit } from './http/serve-route.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import type { Logger } from './platform/logger.ts';

interface GatekeeperOptions {
  readonly settings: GuardSettings;
  readonly config: Config;
  readonly db: Db;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly readOrigin: ReadOrigin;
  readonly recordAct: RecordAct;
  /** Somebody may no longer be in: streams are to be looked through. */
  readonly onEnded: (gate: Gate) => void;
}

export interface Gatekeeper extends AsyncDisposable {
  readonly gate: Gate;
  /** Another server may have made or ended a token. */
  hearTokens(): Promise<void>;
  mount(kit: HttpKit): void;
}

export async function openGatekeeper(options: GatekeeperOptions): Promise<Gatekeeper> {
  const { settings, config, db, journal, clock, log, readOrigin, recordAct, onEnded } = options;
  const tokens = await openLivingTokens({ db, clock, log, onEnded: () => onEnded(gate) });
  const gate = new Gate({
    settings,
    book: tokens,
    rates: createRateSettings(config),
    clock,
    redeemTicket: (ticket) => redeemTicket(db, ticket),
    readAddress: (request) => readOrigin(request).ip,
  });
  const reload = () => tokens.reload();
  const commands = new TokenCommands({ journal, clock, recordAct, reload });
  return {
    gate,
    hearTokens: reload,
    mount: (kit) => mountAccess(kit, { gate, commands }),
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  };
}
