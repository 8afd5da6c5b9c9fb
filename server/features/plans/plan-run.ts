/** Plans during one operation: reads what changed, derives what follows, and leaves the writing to the last transaction. */
import type { FileIssue } from '../../../shared/issues.ts';
import { phasesOf, type PhaseName } from '../../../shared/operations.ts';
import type { SourceChange } from '../../core/source-change.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { createPacer, type Pacer } from '../../platform/pacer.ts';
import type { PlanView } from './facts.ts';
import { announce } from './plan-events.ts';
import type { PlanMemory, RememberedPlans } from './remembered-plans.ts';
import type { FeatureChange, PlanModel } from './plan-model.ts';
import { keyOfPhase, toFeatureRow, toPhaseRows, toTaskRows, type TaskRow } from './plan-rows.ts';
import { PlanSource, type ReadPlans } from './plan-source.ts';
import { noteDerivedFrom, savePlans, type PlanChanges } from './plan-store.ts';
import type { PlansOptions, PreparedPlans, RowTotals } from './plans-options.ts';
import type { RowChanges } from './stored-rows.ts';

/** What the documents came to, before features are looked at. */
interface DerivedTasks extends ReadPlans {
  readonly changes: RowChanges<TaskRow>;
  readonly totals: RowTotals;
  readonly changedIds: ReadonlySet<string>;
}

export class PlanRun {
  readonly #options: PlansOptions;
  readonly #memory: PlanMemory;
  readonly #context: OperationContext;
  readonly #pacer: Pacer;
  readonly #source: PlanSource;
  readonly #phases: readonly PhaseName[];
  #tasks: DerivedTasks | null = null;

  constructor(options: PlansOptions, memory: PlanMemory, context: OperationContext) {
    this.#options = options;
    this.#memory = memory;
    this.#context = context;
    this.#pacer = createPacer(context.signal);
    this.#phases = phasesOf[context.operation.kind];
    this.#source = new PlanSource(options, memory, this.#pacer, (done, total) => {
      if (this.#phases.includes('tasks')) context.progress(done, {}, total);
    });
  }

  /** Phase `tasks` of a full sync; other operations do its work on their way. */
  async readTasks(change: SourceChange): Promise<void> {
    const isCurrent = await this.#source.isCurrent(change);
    if (isCurrent) this.#skip('tasks');
    else {
      this.#enter('tasks');
      this.#tasks = await this.#deriveTasks(change);
    }
  }

  /** Phase `features`. `change` may name more documents than before: git has dated them since. */
  async prepare(change: SourceChange): Promise<PreparedPlans> {
    if (this.#tasks === null && (await this.#source.isCurrent(change))) {
      this.#skip('features');
      return this.#toIdle(change);
    }
    this.#enter('features');
    const read = this.#tasks;
    if (read !== null) {
      await this.#source.readDates(read.plans.model, change.documents.changed);
      await read.plans.model.attach(this.#pacer);
    }
    return await this.#deriveFeatures(read ?? (await this.#deriveTasks(change)));
  }

  #enter(phase: 'tasks' | 'features'): void {
    if (this.#phases.includes(phase)) this.#context.enter(phase);
  }

  #skip(phase: 'tasks' | 'features'): void {
    if (this.#phases.includes(phase)) this.#context.skip([phase], 'no document has changed');
  }

  #toIdle({ projectId, before }: SourceChange): PreparedPlans {
    const none = { synced: 0, skipped: 0, removed: 0 };
    return {
      stats: toStats(none, none),
      totals: { tasks: none, features: none },
      view: async () => toView((await this.#source.open(projectId, before)).model, new Set(), new Set()),
      commit: async (tx, _emit, after) => {
        if (after !== before) await noteDerivedFrom(tx, projectId, after);
        const remembered = this.#memory.find(projectId);
        if (remembered?.version === before) noteCommitted(remembered, after);
      },
    };
  }

  async #deriveTasks(change: SourceChange): Promise<DerivedTasks> {
    const read = await this.#source.read(change);
    const { model, stored } = read.plans;
    const documents = await model.attach(this.#pacer);
    const former = new Set<string>();
    for (const { before } of documents.values()) for (const task of before?.tasks ?? []) former.add(task.id);
    const replacement = read.isWhole ? stored.tasks.replaceAll() : stored.tasks.replace(former);
    const changedIds = former;
    for (const [id, { after }] of documents) {
      for (const row of after === undefined ? [] : toTaskRows(after, model.featureOf(id))) {
        replacement.put(row);
        changedIds.add(row.id);
      }
      if (this.#pacer.isDue()) await this.#pacer.rest();
    }
    const changes = replacement.end();
    for (const id of changes.removed) changedIds.add(id);
    const synced = changes.added.length + changes.updated.length;
    // A full sync looks at every task, a batch at those of its documents.
    const looked = this.#phases.includes('tasks')
      ? stored.tasks.size
      : changedIds.size - changes.removed.length;
    const totals = { synced, skipped: looked - synced, removed: changes.removed.length };
    this.#context.count('tasksSynced', synced);
    this.#context.count('tasksSkipped', totals.skipped);
    this.#context.count('tasksRemoved', totals.removed);
    this.#context.report([...read.issues.values()].flat());
    return { ...read, changes, totals, changedIds };
  }

  async #deriveFeatures(tasks: DerivedTasks): Promise<PreparedPlans> {
    const { plans, totals } = tasks;
    const { model, stored } = plans;
    const changed = await model.rollUp(this.#pacer, (done, total) => this.#context.progress(done, {}, total));
    const changes = await this.#compare(tasks, changed);
    const { added, updated, removed } = changes.features;
    const changedIds = new Set([...changed.keys(), ...removed]);
    const synced = added.length + updated.length;
    const features = { synced, skipped: stored.features.size - synced, removed: removed.length };
    this.#context.count('featuresSynced', features.synced);
    this.#context.count('featuresRemoved', features.removed);
    return {
      stats: toStats(totals, features),
      totals: { tasks: totals, features },
      view: async () => toView(model, changedIds, tasks.changedIds),
      commit: async (tx, emit, after) => {
        await savePlans(tx, model.projectId, changes);
        await this.#settleIssues(tx, tasks.issues);
        if (stored.derivedFrom !== after) await noteDerivedFrom(tx, model.projectId, after);
        const counts = { featureCount: stored.features.size, taskCount: stored.tasks.size };
        announce(this.#context.operation, changes, (id) => changed.get(id)?.before, counts, emit);
        noteCommitted(plans, after);
      },
    };
  }

  async #compare(tasks: DerivedTasks, changed: ReadonlyMap<string, FeatureChange>): Promise<PlanChanges> {
    const { features: storedFeatures, phases: storedPhases } = tasks.plans.stored;
    const features = tasks.isWhole ? storedFeatures.replaceAll() : storedFeatures.replace(changed.keys());
    const phases = tasks.isWhole ? storedPhases.replaceAll() : storedPhases.replace(keysOfPhases(changed));
    for (const { after } of changed.values()) {
      if (after === undefined) continue;
      features.put(toFeatureRow(after));
      for (const row of toPhaseRows(after)) phases.put(row);
      if (this.#pacer.isDue()) await this.#pacer.rest();
    }
    return { tasks: tasks.changes, features: features.end(), phases: phases.end() };
  }

  async #settleIssues(tx: Transaction, issues: ReadonlyMap<string, readonly FileIssue[]>): Promise<void> {
    if (issues.size === 0) return;
    await this.#options.issues.settle(tx, this.#context, [...issues.keys()], [...issues.values()].flat());
  }
}

/** The commit may still fail; then whoever runs the operation has the project forgotten. */
function noteCommitted(plans: RememberedPlans, after: string): void {
  plans.version = after;
  plans.stored.derivedFrom = after;
}

function* keysOfPhases(changed: ReadonlyMap<string, FeatureChange>): Iterable<string> {
  for (const { before } of changed.values()) {
    for (const phase of before?.phases ?? []) yield keyOfPhase({ ...phase, featureId: before?.id ?? '' });
  }
}

const toView = (
  model: PlanModel,
  changedFeatureIds: ReadonlySet<string>,
  changedTaskIds: ReadonlySet<string>,
): PlanView => ({
  features: () => model.featureFacts(),
  feature: (id) => model.findFacts(id),
  tasks: () => model.taskFacts(),
  changedFeatureIds,
  changedTaskIds,
});

const toStats = (tasks: RowTotals, features: RowTotals) => ({
  tasks_synced: tasks.synced,
  tasks_skipped: tasks.skipped,
  tasks_removed: tasks.removed,
  features_synced: features.synced,
  features_removed: features.removed,
});
