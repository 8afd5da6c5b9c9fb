/** Reads what a Codex tool call came to: its text, and whether it failed. */
import { parseObject, toList, toObject, toText, type JsonObject } from './json.ts';

export interface CallOutput {
  readonly text: string;
  readonly isFailed: boolean;
}

/** The output is text, text that holds JSON, an object or a list of parts, depending on tool and version. */
export function readCallOutput(output: unknown): CallOutput {
  if (typeof output === 'string') {
    const nested = output.startsWith('{') ? parseObject(output) : null;
    return nested !== null && ('output' in nested || 'metadata' in nested)
      ? fromObject(nested)
      : { text: output, isFailed: tellsFailure(output) };
  }
  if (Array.isArray(output)) {
    const text = toList(output)
      .map(toPartText)
      .filter((part) => part !== '')
      .join('\n');
    return { text, isFailed: tellsFailure(text) };
  }
  return fromObject(toObject(output) ?? {});
}

function fromObject(output: JsonObject): CallOutput {
  const content = output['output'] ?? output['content'];
  const text = typeof content === 'string' ? content : toList(content).map(toPartText).join('\n');
  const exitCode = toObject(output['metadata'])?.['exit_code'] ?? output['exit_code'];
  if (typeof exitCode === 'number') return { text, isFailed: exitCode !== 0 };
  return { text, isFailed: output['success'] === false || tellsFailure(text) };
}

function toPartText(part: unknown): string {
  if (typeof part === 'string') return part;
  const object = toObject(part);
  return toText(object?.['text']) ?? (typeof object?.['type'] === 'string' ? `[${object['type']}]` : '');
}

/** Said in the head of an output; a test's own words further down mean nothing. */
function tellsFailure(text: string): boolean {
  const head = text.slice(0, 400);
  const exitCode = /^(?:Process exited with code|Exit code:) (-?\d{1,10})/m.exec(head)?.[1];
  if (exitCode !== undefined) return Number(exitCode) !== 0;
  return /^(?:apply_patch verification failed|execution error:|failed (?:to|in) )/.test(head);
}
