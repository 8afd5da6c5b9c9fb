/** Makes the blocks of transcript records (SE23); what is masked in them is counted. */
import type { DeltaDraft } from './delta-draft.ts';
import type { Block, BlockKind } from './reading.ts';
import { toStored, toStoredJson, toStoredName } from './stored-text.ts';

const limits: Record<BlockKind, number> = {
  text: 4000,
  thinking: 8000,
  tool_use: 4000,
  tool_result: 20_000,
};

export function toTextBlock(kind: 'text' | 'thinking', text: string, delta: DeltaDraft): Block {
  const stored = toStored(text, limits[kind]);
  delta.maskedSecrets += stored.masked;
  return { kind, text: stored.text, truncated: stored.truncated };
}

export function toCallBlock(tool: string, id: string | null, input: unknown, delta: DeltaDraft): Block {
  const limit = limits.tool_use;
  const stored = typeof input === 'string' ? toStored(input, limit) : toStoredJson(input, limit);
  delta.maskedSecrets += stored.masked;
  return {
    kind: 'tool_use',
    text: stored.text,
    truncated: stored.truncated,
    tool: toStoredName(tool),
    ...(id !== null && { toolUseId: toStoredName(id) }),
  };
}

export function toResultBlock(text: string, id: string | null, isError: boolean, delta: DeltaDraft): Block {
  const stored = toStored(text, limits.tool_result);
  delta.maskedSecrets += stored.masked;
  return {
    kind: 'tool_result',
    text: stored.text,
    truncated: stored.truncated,
    isError,
    ...(id !== null && { toolUseId: toStoredName(id) }),
  };
}
