/** Faults by script (FK12): which call is hit, by what, how often. */
import type { Call } from './call.ts';
import { kindOf, titlesOf, type CallKind } from './call-kind.ts';
import { createRandom, type Random } from './random.ts';

/** In `…-after-…` and `truncated-json` the change is stored and the answer lost; the others change nothing. */
export type FaultAction =
  | { readonly kind: '429'; readonly retryAfterS: number }
  | { readonly kind: '203html' | '302' | '401' | '403' | 'html-200' }
  | { readonly kind: '5xx'; readonly status?: 500 | 502 | 503 | 504 | 408; readonly retryAfterS?: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'timeout' | 'reset-before' }
  | { readonly kind: 'reset-after-commit' | '500-after-commit' | 'timeout-after-create' | 'truncated-json' }
  /** Somebody else changes the work item just before. */
  | { readonly kind: 'stale-rev' }
  /** The project of the path is gone from now on. */
  | { readonly kind: 'drop-project' };

export interface FaultMatch {
  readonly service?: 'azure' | 'ardoq';
  readonly kind?: CallKind;
  readonly method?: string;
  /** Part of the decoded path, whatever its case. */
  readonly path?: string;
  /** Part of a title the call gives. */
  readonly title?: string;
  /** The first call that is hit, counted from 1 among those that match. */
  readonly nth?: number;
  readonly probability?: number;
}

export interface FaultRule {
  readonly match?: FaultMatch;
  readonly action: FaultAction;
  /** How many calls are hit: one, unless told or left to probability. */
  readonly count?: number;
  /** Of the probability. */
  readonly seed?: number;
}

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
  /** The first rule that hits this call. */
  take(call: Call): FaultAction | undefined;
}

interface Armed {
  readonly rule: FaultRule;
  readonly random: Random;
  seen: number;
  hits: number;
}

export function createFaults(): Faults {
  let armed: Armed[] = [];
  return {
    add: (rule) => void armed.push({ rule, random: createRandom(rule.seed ?? 1), seen: 0, hits: 0 }),
    clear: () => void (armed = []),
    take(call) {
      // Every rule counts every call, also one that another rule has hit.
      const hitting = armed.filter((each) => hits(each, call));
      const [first] = hitting;
      if (first === undefined) return undefined;
      first.hits += 1;
      return first.rule.action;
    },
  };
}

function hits(armed: Armed, call: Call): boolean {
  const { match = {}, count } = armed.rule;
  if (!isMatch(match, call)) return false;
  armed.seen += 1;
  if (armed.seen < (match.nth ?? 1)) return false;
  if (match.probability !== undefined && armed.random.next() >= match.probability) return false;
  return armed.hits < (count ?? (match.probability === undefined ? 1 : Infinity));
}

function isMatch({ service, kind, method, path, title }: FaultMatch, call: Call): boolean {
  const of = call.segments[0] === 'api' ? 'ardoq' : 'azure';
  if (service !== undefined && service !== of) return false;
  if (kind !== undefined && kind !== kindOf(call)) return false;
  if (method !== undefined && method !== call.method) return false;
  if (path !== undefined && !`/${call.segments.join('/')}`.toLowerCase().includes(path.toLowerCase()))
    return false;
  return title === undefined || titlesOf(call).some((each) => each.includes(title));
}
