/** The JSON object a request carries; nothing at all counts as an empty one (OP24). */
import type { Context } from 'hono';
import { AppError } from '../../shared/failure.ts';
import type { HttpEnv } from './http-env.ts';
import { invalid } from './validation.ts';

export async function readBody(
  c: Context<HttpEnv>,
  maxBytes: number,
): Promise<{ text: string; value: unknown }> {
  const text = await readText(c, maxBytes);
  if (text.trim() === '') return { text: '', value: {} };
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  }
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid([{ path: 'body', reason: 'must be a JSON object' }]);
  }
  return { text, value };
}

async function readText(c: Context<HttpEnv>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new AppError('PAYLOAD_TOO_LARGE', `The body may have ${maxBytes} bytes at most.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw invalid([{ path: 'body', reason: 'must be UTF-8' }]);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (failure) {
    throw invalid([
      { path: 'body', reason: `is not JSON: ${failure instanceof Error ? failure.message : ''}` },
    ]);
  }
}
