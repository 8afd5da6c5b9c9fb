/** Commands that say what a session is about, in the order they are sought in (AU14). */
export const keyCommands: readonly string[] = [
  '/dev:execute-phase',
  '/dev:quick-feature',
  '/dev:implement-story',
  '/plan:plan-feature',
  '/dev:complete-user-story',
  '/fix:debug',
  '/recovering-sessions',
];

export function findKeyCommand(commands: readonly string[]): string | undefined {
  const spoken = commands.map((command) => command.trim().toLowerCase());
  return keyCommands.find((key) => spoken.some((command) => command.startsWith(key)));
}
