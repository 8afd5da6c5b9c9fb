/** Finds slash commands in what people wrote (SE15). */

export interface SlashCommand {
  /** With its leading `/`. */
  readonly name: string;
  readonly args: string;
}

export function findSlashCommand(text: string): SlashCommand | null {
  const tagged = readTag(text, 'command-name');
  if (tagged !== null) {
    const name = tagged.trim().slice(0, 200);
    if (name === '' || /\s/.test(name)) return null;
    return {
      name: name.startsWith('/') ? name : `/${name}`,
      args: (readTag(text, 'command-args') ?? '').trim(),
    };
  }
  const typed = TYPED.exec(text);
  return typed?.[1] === undefined ? null : { name: typed[1], args: text.slice(typed[0].length).trim() };
}

/** A name of letters, digits and `:_.-` at the very start; `/home/ada` is a path. */
const TYPED = /^\s{0,20}(\/[A-Za-z][\w:.-]{0,120})(?=\s|$)/;

function readTag(text: string, tag: string): string | null {
  const start = text.indexOf(`<${tag}>`);
  if (start < 0) return null;
  const from = start + tag.length + 2;
  const end = text.indexOf(`</${tag}>`, from);
  return end < 0 ? null : text.slice(from, end);
}
