/** Reads how many tokens one line of Claude Code tells of (SE9, SE10). */
import { toCount, toObject, toText, type JsonObject } from './json.ts';
import type { UsageFact } from './reading.ts';
import { toStoredName } from './stored-text.ts';

/** null where nothing counts: no usage, or a message that no model wrote. */
export function readClaudeUsage(
  record: JsonObject,
  message: JsonObject,
  key: string,
  at: string | null,
): UsageFact | null {
  const usage = toObject(message['usage']);
  const model = toText(message['model']);
  if (usage === null || (model !== null && isSynthetic(model))) return null;
  return {
    key,
    model: model && toStoredName(model),
    at,
    input: toCount(usage['input_tokens']),
    output: toCount(usage['output_tokens']),
    cacheRead: toCount(usage['cache_read_input_tokens']),
    ...splitCacheWrites(usage),
    reasoning: 0,
    serviceTier: toTier(usage),
    serverToolUse: toToolUse(usage),
  };
}

export function isSynthetic(model: string): boolean {
  return model.startsWith('<');
}

/** One message is written on several lines, of which one counts. */
export function toUsageKey(
  record: JsonObject,
  message: JsonObject,
  sessionId: string,
  offset: number,
): string {
  const messageId = toText(message['id']);
  if (messageId !== null) return toStoredName(`m:${messageId}:${toText(record['requestId']) ?? ''}`, 400);
  const uuid = toText(record['uuid']);
  return uuid === null ? `o:${sessionId}:${offset}` : toStoredName(`u:${uuid}`);
}

/** Programs that do not split them write for five minutes. */
function splitCacheWrites(usage: JsonObject): Pick<UsageFact, 'cacheWrite5m' | 'cacheWrite1h'> {
  const split = toObject(usage['cache_creation']);
  const cacheWrite5m = toCount(split?.['ephemeral_5m_input_tokens']);
  const cacheWrite1h = toCount(split?.['ephemeral_1h_input_tokens']);
  if (cacheWrite5m + cacheWrite1h > 0) return { cacheWrite5m, cacheWrite1h };
  return { cacheWrite5m: toCount(usage['cache_creation_input_tokens']), cacheWrite1h: 0 };
}

function toTier(usage: JsonObject): string | null {
  const tier = toText(usage['service_tier']);
  return tier && toStoredName(tier, 60);
}

function toToolUse(usage: JsonObject): Record<string, number> | null {
  const counts = Object.entries(toObject(usage['server_tool_use']) ?? {})
    .slice(0, 20)
    .map(([name, count]) => [toStoredName(name, 60), toCount(count)] as const)
    .filter(([, count]) => count > 0);
  return counts.length === 0 ? null : Object.fromEntries(counts);
}
