/** What a rule of the health check is: something it looks at, and when that is a fault. */
import type { HealthCategory, HealthRule, HealthSeverity } from '../../../shared/views/health-check.ts';
import type { CheckedDocument } from './checked-document.ts';
import type { HealthTree } from './health-tree.ts';

export interface Rule {
  readonly id: HealthRule;
  readonly severity: HealthSeverity;
  readonly category: HealthCategory;
  readonly examine: (tree: HealthTree, moment: Moment) => Examination;
}

export interface Moment {
  readonly nowMs: number;
  readonly staleDays: number;
}

export interface Examination {
  readonly checked: number;
  readonly affected: number;
  /** In order of the paths of what they affect. */
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly documents: readonly CheckedDocument[];
  readonly message: string;
  readonly fix: string;
}

interface DocumentRule {
  readonly checks: (document: CheckedDocument, tree: HealthTree, moment: Moment) => boolean;
  /** The message and what to do about it; null when all is well. */
  readonly finds: (
    document: CheckedDocument,
    tree: HealthTree,
    moment: Moment,
  ) => readonly [message: string, fix: string] | null;
}

/** One fault a document. */
export function eachDocument({ checks, finds }: DocumentRule): Rule['examine'] {
  return (tree, moment) => {
    const faults: Fault[] = [];
    let checked = 0;
    for (const document of tree.documents) {
      if (!checks(document, tree, moment)) continue;
      checked += 1;
      const found = finds(document, tree, moment);
      if (found !== null) faults.push({ documents: [document], message: found[0], fix: found[1] });
    }
    return { checked, affected: faults.length, faults };
  };
}

/** The project as a whole lacks a type of document; an empty project is not checked. */
export function wholeTree(type: string, message: string, fix: string): Rule['examine'] {
  return (tree) => {
    if (tree.documents.length === 0) return { checked: 0, affected: 0, faults: [] };
    const faults = tree.has(type) ? [] : [{ documents: [], message, fix }];
    return { checked: 1, affected: faults.length, faults };
  };
}
