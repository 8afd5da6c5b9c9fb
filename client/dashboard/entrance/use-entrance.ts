/** Who is signed in, and what they may do, inside components. */
import { useSyncExternalStore } from 'react';
import { hasRole } from '../../../shared/access.ts';
import { routes } from '../../../shared/api/index.ts';
import type { RouteName, Routes } from '../../../shared/api/index.ts';
import type { Identity } from '../../../shared/views/access.ts';
import { useDashboard } from '../dashboard-context.tsx';
import type { EntranceState } from './entrance.ts';

export function useEntrance(): EntranceState {
  const { state } = useDashboard().entrance;
  return useSyncExternalStore(state.subscribe, state.get);
}

/** Null until it is known. */
export function useIdentity(): Identity | null {
  const entrance = useEntrance();
  return entrance.state === 'open' ? entrance.identity : null;
}

/** Why a route would refuse who is signed in; null when it would not, or when that is not known yet. */
export function useRefusal(name: RouteName): string | null {
  return toRefusal(routes[name].role, useIdentity());
}

export function toRefusal(need: Routes[RouteName]['role'], identity: Identity | null): string | null {
  if (need === 'anyone' || identity?.role == null || hasRole(identity.role, need)) return null;
  return `This needs the role ${need}; you are signed in as ${identity.name} with the role ${identity.role}.`;
}
