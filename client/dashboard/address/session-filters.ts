/** Filters of the list of sessions as they stand in the address. */
import type { z } from 'zod';
import { SessionItem, SessionStatus } from '../../../shared/views/session.ts';
import { readText } from './read-text.ts';

export const SessionAgent = SessionItem.shape.agent;
export type SessionAgent = z.infer<typeof SessionAgent>;

export interface SessionListFilters {
  readonly status: SessionStatus | '';
  readonly agent: SessionAgent | '';
  readonly model: string;
  /** A feature the session is linked to. */
  readonly feature: string;
  /** Subagents are listed with their parents unless they are asked for. */
  readonly hasSubagents: boolean;
  readonly cursor: string;
}

export const sessionsPerPage = 50;
const textFilters = ['status', 'agent', 'model', 'feature', 'cursor'] as const;

export function readSessionFilters(query: URLSearchParams): SessionListFilters {
  return {
    status: SessionStatus.safeParse(query.get('status')).data ?? '',
    agent: SessionAgent.safeParse(query.get('agent')).data ?? '',
    model: readText(query, 'model'),
    feature: readText(query, 'feature'),
    hasSubagents: query.get('subagents') === 'true',
    cursor: readText(query, 'cursor'),
  };
}

export function writeSessionFilters(filters: SessionListFilters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of textFilters) {
    if (filters[name] !== '') query.set(name, filters[name]);
  }
  if (filters.hasSubagents) query.set('subagents', 'true');
  return query;
}

export const toSessionQuery = (filters: SessionListFilters) => ({
  ...Object.fromEntries(textFilters.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]]]))),
  ...(!filters.hasSubagents && { parent: 'none' }),
  limit: String(sessionsPerPage),
});

/** Subagents are a way to look at all, not a filter. */
export const hasSessionFilter = ({ status, agent, model, feature }: SessionListFilters): boolean =>
  [status, agent, model, feature].some((value) => value !== '');
