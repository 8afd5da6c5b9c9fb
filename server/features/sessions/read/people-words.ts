/** Reads what a person said: a slash command, or words that may become the title (SE15, SE16). */
import type { ReadingContext } from './reading-context.ts';
import { findSlashCommand } from './slash-commands.ts';
import { toStored } from './stored-text.ts';
import { toCommandTitle, toSpokenText, toTitle } from './titles.ts';

export interface Said {
  readonly text: string;
  readonly at: string | null;
  /** Id of the record that says it. */
  readonly ref: string | null;
}

export function readPersonWords(context: ReadingContext, said: Said): void {
  if (readSlashCommand(context, said)) return;
  const spoken = toSpokenText(said.text);
  if (spoken === null) return;
  const { draft } = context;
  draft.summary.userMessages += 1;
  draft.titles.firstMessage ??= toStoredTitle(spoken);
}

export function readSlashCommand({ draft, delta, offset }: ReadingContext, { text, at, ref }: Said): boolean {
  const command = findSlashCommand(text);
  if (command === null) return false;
  const name = toStored(command.name, 200).text;
  const args = toStored(command.args, 4000).text;
  const key = ref ?? `o:${offset}`;
  delta.commands.set(key, { key, name, args, at, ref: key });
  const title = toCommandTitle({ name, args });
  if (title !== null && title.confidence > (draft.titles.command?.confidence ?? 0))
    draft.titles.command = title;
  return true;
}

/** Masked before it is cut: the end of a secret may be what the cut takes away. */
export function toStoredTitle(text: string): string | null {
  return toTitle(toStored(text, 4000).text);
}
