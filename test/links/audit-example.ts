/** AU16: the worked example of the audit, with the fan-out that it names. */
export interface ExampleLink {
  readonly featureId: string;
  readonly sessionId: string;
  readonly confidence: unknown;
  readonly metadata: unknown;
  readonly fanout: number;
}

const toMetadata = (title: string, commands: readonly string[], type: string, path: string) => ({
  linkStrategy: 'session_evidence',
  title,
  commands,
  signals: [{ type, path, weight: 0.9, at: null, ref: 'r' }],
  signalCount: 1,
  ambiguityShare: 0.42,
});

const gamma = toMetadata('Execute Phase 2 - gamma', ['/dev:execute-phase'], 'file_write', 'src/app.ts');

export const exampleLinks: readonly ExampleLink[] = [
  {
    featureId: 'alpha-feature-v1',
    sessionId: 'S-1',
    confidence: 0.8,
    metadata: toMetadata(
      'Quick Feature - unrelated',
      ['/dev:quick-feature'],
      'command_args_path',
      'docs/features/unrelated-v1.md',
    ),
    fanout: 20,
  },
  {
    featureId: 'alpha-feature-v1',
    sessionId: 'S-2',
    confidence: 0.9,
    metadata: toMetadata(
      'Execute Phase 1 - alpha-feature-v1',
      ['/dev:execute-phase'],
      'command_args_path',
      'docs/x/alpha-feature-v1.md',
    ),
    fanout: 1,
  },
  { featureId: 'beta-v2', sessionId: 'S-3', confidence: 0.55, metadata: gamma, fanout: 9 },
  { featureId: 'beta-v2', sessionId: 'S-4', confidence: 0.549, metadata: gamma, fanout: 1 },
  {
    featureId: 'beta-v2',
    sessionId: 'S-5',
    confidence: 0.35,
    metadata: toMetadata('x', [], 'file_read', 'docs/beta.md'),
    fanout: 10,
  },
  {
    featureId: 'beta-v2',
    sessionId: 'S-6',
    confidence: 0.9,
    metadata: toMetadata('', ['/clear'], 'command_args_path', 'docs\\BETA\\plan.md'),
    fanout: 1,
  },
  { featureId: 'beta-v2', sessionId: 'S-7', confidence: 'bad', metadata: 'nope', fanout: 10 },
];

/** In the order of the answer. */
export const exampleVerdicts = [
  {
    feature_id: 'alpha-feature-v1',
    session_id: 'S-1',
    reason: 'high_fanout(20);primary_like_command_path_mismatch;primary_like_title_path_mismatch',
    severity: 'high',
    confidence: 0.8,
    fanout_count: 20,
  },
  { session_id: 'S-5', reason: 'high_fanout(10)', severity: 'low', confidence: 0.35, fanout_count: 10 },
  { session_id: 'S-7', reason: 'high_fanout(10)', severity: 'low', confidence: 0, fanout_count: 10 },
  {
    session_id: 'S-3',
    reason: 'primary_like_title_path_mismatch',
    severity: 'medium',
    confidence: 0.55,
    fanout_count: 9,
  },
];
