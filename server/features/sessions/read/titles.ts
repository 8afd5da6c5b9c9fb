/** Chooses what a session is called (SE16). */
import type { SessionTitle } from './reading.ts';
import type { SlashCommand } from './slash-commands.ts';

/** The best of each source so far; stored with the reader's state. */
export interface TitleCandidates {
  custom: string | null;
  summary: string | null;
  ai: string | null;
  command: { text: string; confidence: number } | null;
  lastPrompt: string | null;
  firstMessage: string | null;
}

export function noTitles(): TitleCandidates {
  return { custom: null, summary: null, ai: null, command: null, lastPrompt: null, firstMessage: null };
}

export function chooseTitle(candidates: TitleCandidates): SessionTitle {
  const { custom, summary, ai, command, lastPrompt, firstMessage } = candidates;
  if (custom !== null) return { text: custom, source: 'custom-title', confidence: 1 };
  if (summary !== null) return { text: summary, source: 'summary', confidence: 0.92 };
  if (ai !== null) return { text: ai, source: 'ai-title', confidence: 0.9 };
  if (command !== null) return { text: command.text, source: 'command', confidence: command.confidence };
  if (lastPrompt !== null) return { text: lastPrompt, source: 'last-prompt', confidence: 0.6 };
  if (firstMessage !== null) return { text: firstMessage, source: 'first-message', confidence: 0.5 };
  return { text: 'Session', source: 'default', confidence: 0.35 };
}

const longestTitle = 160;

/** One line of at most 160 characters that ends with a word; null when nothing is left. */
export function toTitle(text: string): string | null {
  const line = text.slice(0, 4000).replace(/\s+/g, ' ').trim();
  if (line === '') return null;
  if (line.length <= longestTitle) return line;
  const cut = line.slice(0, longestTitle + 1);
  const end = cut.lastIndexOf(' ');
  return end > 0 ? cut.slice(0, end) : cut.slice(0, longestTitle);
}

const TEMPLATES: readonly { name: RegExp; title: string; confidence: number }[] = [
  { name: /execute-phase$/, title: 'Execute Phase', confidence: 0.9 },
  { name: /quick-feature$/, title: 'Quick Feature', confidence: 0.85 },
  { name: /plan-feature$/, title: 'Plan Feature', confidence: 0.88 },
  { name: /recover(?:ing)?-sessions?$/, title: 'Recover Session', confidence: 0.78 },
  { name: /[/:]debug$/, title: 'Debug', confidence: 0.62 },
];

/** `/dev:execute-phase 2 docs/plans/foo-v1.md` reads `Execute Phase 2 - foo-v1`. */
export function toCommandTitle({ name, args }: SlashCommand): { text: string; confidence: number } | null {
  const template = TEMPLATES.find((candidate) => candidate.name.test(name));
  if (template === undefined) return null;
  const phase = PHASE.exec(args)?.[1] ?? null;
  const subject = findSubject(phase === null ? args : args.replace(PHASE, ''));
  const head = phase === null ? template.title : `${template.title} ${phase}`;
  const text = toTitle(subject === '' ? head : `${head} - ${subject}`);
  return text === null ? null : { text, confidence: template.confidence };
}

const PHASE = /^\s*(?:phase\s+)?(all|\d{1,3}(?:\s?[-&]\s?\d{1,3})?)(?=\s|$)/i;

/** The first file's stem, else what was said. */
function findSubject(args: string): string {
  const path = /(?:^|\s)@?(\S{0,400}?)\.md(?=\s|$)/.exec(args.slice(0, 4000))?.[1];
  return path === undefined ? args.trim() : (path.split('/').at(-1) ?? path);
}

/** What a person said for others to read: without the program's own notes. */
export function toSpokenText(text: string): string | null {
  const spoken = text.slice(0, 20_000).replace(NOTES, '').trim();
  return spoken === '' || PROGRAM_WORDS.test(spoken) ? null : spoken;
}

const NOTES = /<(system-reminder|ide_[a-z_]+|environment_context|user_instructions)>[^]*?(?:<\/\1>|$)/g;
const PROGRAM_WORDS =
  /^(?:<(?:command-|local-command|bash-|task-notification|user-prompt-submit-hook|turn_aborted|permissions|INSTRUCTIONS|skill|subagent_)|Caveat: |\[Request interrupted|# AGENTS\.md instructions|This session is being continued from)/;
