/** What follows from changed files, feature by feature: tasks, sessions, features, links, search. */
import type { ProjectId } from '../shared/ids.ts';
import type { Emit } from './core/journal.ts';
import type { ChangedRows, SourceChange } from './core/source-change.ts';
import type { OperationContext, RunResult } from './core/workflow.ts';
import type { Db, Transaction } from './db/open.ts';
import { captureAnalytics, type TotalsOfOthers } from './features/analytics/capture.ts';
import type { Derivation, DerivationScope, Derived, OpenDerivation } from './features/indexing/derivation.ts';
import { announceIssueCount } from './features/indexing/issue-count.ts';
import type { SourceProjects } from './features/indexing/source.ts';
import type { Links } from './features/links/links.ts';
import { postponeLinks } from './features/links/postpone.ts';
import type { Plans } from './features/plans/plans.ts';
import type { SearchIndex } from './features/search/search-index.ts';
import { syncSessions, type SessionsSynced } from './features/sessions/session-sync.ts';
import type { SessionTools } from './features/sessions/session-tools.ts';
import { toLinkedPlans } from './linker.ts';
import type { Clock } from './platform/clock.ts';
import { loadSessionProject } from './session-keeper.ts';
import { readSourceVersion } from './source-version.ts';

export interface Derivations {
  readonly open: OpenDerivation;
  /** The work of a `rebuild_links`. */
  rebuildLinks(context: OperationContext): Promise<RunResult>;
  /** After an operation that did not complete: what is remembered was never written. */
  forget(projectId: ProjectId): void;
}

export interface DerivationParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly projects: SourceProjects;
  readonly plans: Plans;
  readonly sessions: SessionTools;
  readonly links: Links;
  readonly search: SearchIndex;
  readonly totals: TotalsOfOthers;
}

const noRows: ChangedRows = { changed: new Set(), removed: new Set() };
const noSessions: SessionsSynced = {
  ...noRows,
  totals: { synced: 0, skipped: 0, removed: 0 },
  commit: async () => undefined,
};

export function createDerivations(parts: DerivationParts): Derivations {
  return {
    async open(context, scope) {
      return new DerivationRun(parts, context, scope, await readSourceVersion(parts.db, scope.project.id));
    },
    rebuildLinks: (context) => rebuildLinks(parts, context),
    forget(projectId) {
      parts.plans.forget(projectId);
      parts.links.forget(projectId);
    },
  };
}

class DerivationRun implements Derivation {
  readonly #parts: DerivationParts;
  readonly #context: OperationContext;
  readonly #scope: DerivationScope;
  readonly #before: string;
  readonly #plans;
  #sessions: SessionsSynced = noSessions;

  constructor(parts: DerivationParts, context: OperationContext, scope: DerivationScope, before: string) {
    this.#parts = parts;
    this.#context = context;
    this.#scope = scope;
    this.#before = before;
    this.#plans = parts.plans.begin(context);
  }

  async readOthers(documents: ChangedRows): Promise<void> {
    await this.#plans.readTasks(this.#toChange(documents));
    const { project, isForced, logs } = this.#scope;
    if (logs.length === 0) return;
    const sessionProject = await loadSessionProject(this.#parts.db, project.id);
    if (sessionProject === undefined) return;
    this.#sessions = await syncSessions(this.#parts.sessions, this.#context, {
      project: sessionProject,
      logs,
      isForced,
      allowEmpty: this.#context.operation.options.allowEmpty === true,
    });
  }

  async derive(documents: ChangedRows): Promise<Derived> {
    const { links, search } = this.#parts;
    const context = this.#context;
    const change = this.#toChange(documents);
    const plans = await this.#plans.prepare(change);
    const linked = this.#isLight
      ? await postponeLinks(this.#parts.db, context, change)
      : await links.prepare(context, change, async () => toLinkedPlans(await plans.view()));
    const found = await search.prepare(context, change, async () => {
      const { changedFeatureIds, changedTaskIds } = await plans.view();
      return { features: toRows(changedFeatureIds), tasks: toRows(changedTaskIds) };
    });
    const hasAnalytics = enterAnalytics(context, hasChanged(change));
    return {
      totals: { sessions: this.#sessions.totals, ...plans.totals, linksTotal: linked.linksTotal },
      commit: async (tx: Transaction, emit: Emit) => {
        await this.#sessions.commit(tx, emit);
        const after = await readSourceVersion(tx, change.projectId);
        for (const prepared of [plans, linked, found]) await prepared.commit(tx, emit, after);
        await finish(this.#parts, context, hasAnalytics, tx, emit);
      },
    };
  }

  /** A light start leaves the links for later (SU2). */
  get #isLight(): boolean {
    return (
      this.#context.operation.kind === 'full_sync' && this.#context.operation.options.rebuildLinks === false
    );
  }

  #toChange(documents: ChangedRows): SourceChange {
    return {
      projectId: this.#scope.project.id,
      documents,
      sessions: this.#sessions,
      before: this.#before,
      isWhole: this.#scope.isForced,
    };
  }
}

/** Everything is compared, and only what differs is written (LK18). */
async function rebuildLinks(parts: DerivationParts, context: OperationContext): Promise<RunResult> {
  const { projectId } = context.operation;
  const before = await readSourceVersion(parts.db, projectId);
  const change = { projectId, documents: noRows, sessions: noRows, before };
  const plans = await parts.plans.begin(context).prepare({ ...change, isWhole: false });
  const linked = await parts.links.prepare(context, { ...change, isWhole: true }, async () =>
    toLinkedPlans(await plans.view()),
  );
  const hasAnalytics = enterAnalytics(context, true);
  const stats: Record<string, unknown> = { links_total: linked.linksTotal };
  return {
    message: `${linked.linksTotal} links`,
    stats,
    commit: async (tx, emit) => {
      const after = await readSourceVersion(tx, projectId);
      for (const prepared of [plans, linked]) await prepared.commit(tx, emit, after);
      await finish(parts, context, hasAnalytics, tx, emit);
    },
  };
}

/** A sync without change writes nothing but its operation (DX10): its totals would be those of the one before. */
function enterAnalytics(context: OperationContext, isOther: boolean): boolean {
  const { kind, options } = context.operation;
  if (kind === 'sync_changed_files') return false;
  const isWanted = options.captureAnalytics === true;
  if (isWanted && isOther) context.enter('analytics');
  else context.skip(['analytics'], isWanted ? 'nothing has changed' : 'was not asked for');
  return isWanted && isOther;
}

const hasChanged = ({ documents, sessions, isWhole }: SourceChange): boolean =>
  isWhole || [documents, sessions].some(({ changed, removed }) => changed.size + removed.size > 0);

async function finish(
  { projects, totals, clock }: DerivationParts,
  { operation }: OperationContext,
  hasAnalytics: boolean,
  tx: Transaction,
  emit: Emit,
): Promise<void> {
  await announceIssueCount(tx, projects, operation, emit);
  if (hasAnalytics) await captureAnalytics(tx, totals, operation, clock.now());
}

/** Search finds out by itself which of them are no more. */
const toRows = (changed: ReadonlySet<string>): ChangedRows => ({ changed, removed: new Set() });
