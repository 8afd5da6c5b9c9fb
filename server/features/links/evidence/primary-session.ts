/** LK13: which sessions of a feature are where it was worked on, not merely looked at. */

export interface JudgedLink {
  readonly strategy: string;
  readonly confidence: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly isPinned: boolean;
}

export function isPrimarySession({ strategy, confidence, metadata, isPinned }: JudgedLink): boolean {
  if (isPinned || strategy === 'task_frontmatter' || confidence >= 0.9) return true;
  const types = new Set(
    toItems(metadata.signals).map((signal) => (isObject(signal) ? signal.type : undefined)),
  );
  const isCommanded = types.has('command_args_path');
  if (isCommanded && toItems(metadata.commands).some(isWorkCommand)) return true;
  return confidence >= 0.75 && (isCommanded || types.has('file_write'));
}

const workCommands: readonly string[] = [
  'execute-phase',
  'plan-feature',
  'implement-story',
  'complete-user-story',
  'quick-feature',
  'create-feature',
  'new-feature',
  'plan-story',
];

const isWorkCommand = (command: unknown): boolean =>
  typeof command === 'string' && workCommands.some((name) => command.toLowerCase().includes(name));

const toItems = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
