/** What a connection becomes by a change: other credentials make it untested and take it out of use (CN4). */
import type { ConnectionChange, PushChoices } from '../../../shared/api/connections.ts';
import { AppError } from '../../../shared/failure.ts';
import type { PushSettings } from '../../../shared/views/connection.ts';
import type { ConnectionRow } from './connection.ts';

export interface PlannedChange {
  readonly next: ConnectionRow;
  /** Token, host, organisation or label are others now. */
  readonly isReset: boolean;
  /** It has to take the place of the one that is active. */
  readonly isActivation: boolean;
}

export function planChange(
  row: ConnectionRow,
  change: ConnectionChange,
  { isTokenNew }: { isTokenNew: boolean },
): PlannedChange {
  const { name = row.name, apiHost = row.apiHost } = change;
  const organization = change.organization === undefined ? row.organization : change.organization;
  const isReset = isTokenNew || apiHost !== row.apiHost || organization !== row.organization;
  const settings = row.settings && toSettings(row.settings, change.settings);
  const changed = { ...row, name, apiHost, organization, settings };
  const judged = isReset
    ? {
        ...changed,
        isActive: false,
        isTested: false,
        testPassed: false,
        testError: null,
        revision: row.revision + 1,
      }
    : changed;
  if (change.isActive === true) requirePassed(judged);
  const isActive = change.isActive === undefined ? judged.isActive : change.isActive;
  // The statement that activates is another one: it makes the former one step back (CN5).
  const isActivation = isActive && !row.isActive;
  return { next: { ...judged, isActive: isActive && row.isActive }, isReset, isActivation };
}

/** 400 where a route activates, though using such a connection is 409 (CN1). */
export function requirePassed({ id, name, testPassed }: ConnectionRow): void {
  if (testPassed) return;
  throw new AppError(
    'CONNECTION_NOT_TESTED',
    `The connection "${name}" (${id}) has not passed its test with these credentials; test it before it is activated.`,
    { status: 400 },
  );
}

function toSettings(settings: PushSettings, choices: PushChoices): PushSettings {
  const { markerBase, markerField, useBatch, pushConcurrency } = choices;
  if (markerBase !== undefined && markerBase !== settings.markerBase) {
    const message = `cannot be changed: the markers of what was pushed begin with ${settings.markerBase}`;
    throw new AppError('VALIDATION_FAILED', `markerBase: ${message}`, {
      details: [{ path: 'markerBase', message }],
    });
  }
  return {
    markerBase: settings.markerBase,
    markerField: markerField === undefined ? settings.markerField : markerField,
    useBatch: useBatch ?? settings.useBatch,
    pushConcurrency: pushConcurrency ?? settings.pushConcurrency,
  };
}
