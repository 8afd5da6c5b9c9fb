/** Which names stand for which document type (DC2, DP8); a project may add to each table. */

export interface TypeNames {
  readonly prefixes: Readonly<Record<string, string>>;
  readonly stems: Readonly<Record<string, string>>;
  readonly folders: Readonly<Record<string, string>>;
  /** Other names that front matter uses for a type. */
  readonly values: Readonly<Record<string, string>>;
}

export const builtInTypeNames: TypeNames = {
  prefixes: {
    EP: 'epic',
    US: 'story',
    PL: 'plan',
    TS: 'test-spec',
    BG: 'bug',
    CR: 'cr',
    RFC: 'rfc',
    WF: 'workflow',
    RETRO: 'retro',
    RV: 'review',
    TSP: 'test-spec',
    IS: 'issue',
    SC: 'charter',
    HO: 'handoff',
  },
  stems: {
    prd: 'prd',
    trd: 'trd',
    tsd: 'tsd',
    pvd: 'pvd',
    personas: 'personas',
    decisions: 'decisions',
    constitution: 'constitution',
    'brand-guide': 'brand-guide',
  },
  folders: {
    epics: 'epic',
    stories: 'story',
    plans: 'plan',
    'test-specs': 'test-spec',
    bugs: 'bug',
    'change-requests': 'cr',
    rfcs: 'rfc',
    workflows: 'workflow',
    retros: 'retro',
    reviews: 'review',
    decisions: 'decision',
    personas: 'persona',
    product: 'pvd',
    issues: 'issue',
    charters: 'charter',
    handoffs: 'handoff',
    prds: 'prd',
    implementation_plans: 'implementation_plan',
    reports: 'report',
    'design-specs': 'design_doc',
    design: 'design_doc',
    specs: 'spec',
    spec: 'spec',
    spikes: 'spike',
    ideas: 'idea',
  },
  values: {
    product_requirements: 'prd',
    plan: 'implementation_plan',
    benchmark: 'report',
    postmortem: 'report',
    status_report: 'report',
    wireframe: 'design_doc',
    interaction_spec: 'design_doc',
    design_spec: 'design_doc',
    quick_feature: 'progress',
    quick_feature_plan: 'progress',
    request_log: 'request_log',
    document: 'other',
  },
};

/** Types that no name above leads to. */
export const furtherTypes: readonly string[] = ['phase_plan', 'progress', 'request_log', 'other'];
