/** Input against its schema: every violation at once, named the way clients know their fields (GR4). */
import type { z } from 'zod';
import { AppError } from '../../shared/failure.ts';

export interface Violation {
  readonly path: string;
  readonly reason: string;
}

export type InputPart = 'path' | 'query' | 'body';

/** The parsed parts; throws one 422 for the violations of all of them. */
export function parseInput<K extends InputPart>(
  parts: Readonly<Record<K, { schema: z.ZodType | undefined; value: unknown }>>,
): Record<K, unknown> {
  const violations: Violation[] = [];
  const parsed = Object.entries<{ schema: z.ZodType | undefined; value: unknown }>(parts).map(
    ([part, { schema, value }]) => {
      if (schema === undefined) return [part, {}];
      const result = schema.safeParse(value);
      if (!result.success) violations.push(...result.error.issues.map((issue) => toViolation(part, issue)));
      return [part, result.data];
    },
  );
  if (violations.length > 0) throw invalid(violations);
  return Object.fromEntries(parsed) as Record<K, unknown>;
}

export function invalid(violations: readonly Violation[]): AppError {
  const message = violations.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
  return new AppError('VALIDATION_ERROR', message, { details: violations });
}

function toViolation(part: string, issue: z.core.$ZodIssue): Violation {
  const field = issue.path.join('.');
  const path = part === 'body' ? field || 'body' : `${part}.${field}`;
  return { path, reason: issue.message };
}
