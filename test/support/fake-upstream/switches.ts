/** The settings of the fake that may change while it runs: both readings of every inferred fact (FK18), and its limits. */

export interface Switches {
  /** FK15: added to every answer of the two services. */
  latencyMs: number;
  /** Request bodies are kept in the log. */
  logBodies: boolean;
  /** Status of a stale `test /rev`. */
  staleRev: 409 | 412;
  /** FK9: `blind` never finds a hyperlink. */
  artifactQuery: 'sees' | 'blind';
  /** A hyperlink is found by the artifact query only so long after it was stored. */
  linkVisibleAfterMs: number;
  /** A work item is found by WIQL only so long after its creation. */
  queryVisibleAfterMs: number;
  /** A parent link whose URL names another host or organisation. */
  wrongHostParent: 'refused' | 'ignored';
  /** System.ChangedBy and ChangedDate without bypassRules. */
  changedBy: 'refused' | 'ignored';
  /** Whether the other side of a link gets a new revision too. */
  mirroredLinkBumpsRev: boolean;
  /** Whether Agile's initial state is the only one a new work item may have. */
  createInAnyState: boolean;
  newTags: 'allowed' | 'refused';
  deleteOneAnswer: 200 | 204;
  deleteManyAnswer: 200 | 204;
  /** FK10: whether each entry is answered, or every batch is refused by one answer for all. */
  batchFailure: 'each' | 'one-for-all';
  /** FK10: this many answers are missing at the end of a batch; the entries are done all the same. */
  batchAnswersMissing: number;
  /** Whether $batch may be called at all. */
  batchAvailable: boolean;
  /** AZ19: what a wrong token gets on GET and POST. */
  badToken: 203 | 302;
  /** FK11: null is no throttling. */
  throttle: ThrottleSettings | null;
  /** FK17: polls until a project exists. */
  projectPolls: number;
  projectCreation: 'succeeds' | 'fails';
  projectPageSize: number;
  /** FK16 */
  ardoqPageSize: number;
  ardoqNext: 'relative' | 'absolute' | 'foreign-host' | 'loop';
}

export interface ThrottleSettings {
  /** Units in the window before answers are delayed. */
  readonly budget: number;
  readonly windowMs: number;
  /** Units in the window from which calls are refused with 429. */
  readonly refuseAt: number;
  readonly retryAfterS: number;
  /** How long a delayed answer really takes. */
  readonly delayMs: number;
}

export const defaultSwitches: Readonly<Switches> = {
  latencyMs: 0,
  logBodies: true,
  staleRev: 412,
  artifactQuery: 'sees',
  linkVisibleAfterMs: 0,
  queryVisibleAfterMs: 0,
  wrongHostParent: 'refused',
  changedBy: 'ignored',
  mirroredLinkBumpsRev: false,
  createInAnyState: false,
  newTags: 'allowed',
  deleteOneAnswer: 200,
  deleteManyAnswer: 200,
  batchFailure: 'each',
  batchAnswersMissing: 0,
  batchAvailable: true,
  badToken: 203,
  throttle: null,
  projectPolls: 2,
  projectCreation: 'succeeds',
  projectPageSize: 100,
  ardoqPageSize: 100,
  ardoqNext: 'relative',
};
