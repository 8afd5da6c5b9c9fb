/** Reads a tool call of a Codex log (SE19): shells are commands, patches are writes. */
import { toCallBlock } from './blocks.ts';
import { readPatch } from './codex-patch.ts';
import { parseObject, toList, toObject, toText, type JsonObject } from './json.ts';
import type { Block } from './reading.ts';
import type { ReadingContext } from './reading-context.ts';
import { toRoots } from './session-draft.ts';
import { findCommandPaths, findPaths, toAction, toTraits } from './tool-actions.ts';
import { openCall, type CallPath } from './tool-calls.ts';

/** `function_call`, `custom_tool_call` or `local_shell_call`. */
export function readCodexCall(payload: JsonObject, at: string | null, context: ReadingContext): Block {
  const { draft, delta, offset } = context;
  const isLocalShell = payload['type'] === 'local_shell_call';
  const tool = isLocalShell ? 'local_shell' : (toText(payload['name']) ?? 'unknown');
  const id = toText(payload['call_id']) ?? toText(payload['id']);
  const input = isLocalShell ? payload['action'] : readInput(payload);
  const args = toObject(input) ?? {};
  const isCommand = toAction(tool) === 'command';
  const command = isCommand ? toCommand(args) : null;
  const written = readPatch(typeof input === 'string' ? input : (command ?? toText(args['input']) ?? ''));
  openCall(draft, delta, {
    id,
    fallbackId: `o:${offset}:0`,
    // A shell may be what runs the patch; what happens to the files is the same.
    tool: written.length > 0 ? 'apply_patch' : tool,
    at,
    cwd: toText(args['workdir']) ?? draft.cwd,
    roots: toRoots(draft, context.place),
    paths: written.length > 0 ? written : toPaths(tool, args, command),
    traits: command === null ? null : toTraits(command),
    artifact: null,
  });
  return toCallBlock(tool, id, input, delta);
}

/** Arguments are JSON in a text; a custom tool's input is text. */
function readInput(payload: JsonObject): unknown {
  const input = payload['arguments'] ?? payload['input'] ?? '';
  return typeof input === 'string' && input.startsWith('{') ? (parseObject(input) ?? input) : input;
}

/** `["bash", "-lc", "git status"]`, or one text. */
function toCommand(args: JsonObject): string | null {
  const command = args['command'] ?? args['cmd'];
  if (typeof command === 'string') return command;
  const words = toList(command).filter((word) => typeof word === 'string');
  if (words.length === 0) return null;
  return /^(?:.*\/)?(?:ba|z|da)?sh$/.test(words[0] ?? '') ? (words.at(-1) ?? null) : words.join(' ');
}

function toPaths(tool: string, args: JsonObject, command: string | null): CallPath[] {
  const action = toAction(tool);
  const paths = command === null ? findPaths(args) : findCommandPaths(command);
  return paths.map((path) => ({ path, action }));
}
