/** Reads the words after a command's name; what is wrong with them is named. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { z } from 'zod';
import { UsageError } from './command.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export function readWords<const O extends Options>(words: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (failure) {
    throw new UsageError(failure instanceof Error ? failure.message : String(failure), { cause: failure });
  }
}

/** The value of an option by the schema its route has for it. */
export function readOption<T>(schema: z.ZodType<T>, name: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--${name}: ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
}

export function requireWord(words: readonly string[], position: number, what: string): string {
  const word = words[position];
  if (word === undefined) throw new UsageError(`Missing: ${what}`);
  return word;
}
