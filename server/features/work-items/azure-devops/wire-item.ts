/** A work item as Azure DevOps sends it: only what is read here, and no more demanded than that (AZ23). */
import { z } from 'zod';

export const WireRelation = z.object({
  rel: z.string(),
  url: z.string(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});

export const WireItem = z.object({
  id: z.number().int().positive(),
  rev: z.number().int().positive(),
  fields: z.record(z.string(), z.unknown()),
  relations: z.array(WireRelation).nullish(),
  _links: z.record(z.string(), z.unknown()).nullish(),
});
export type WireItem = z.infer<typeof WireItem>;

/** The missing are null, or not there at all (AZ4). */
export const WireItems = z.object({ value: z.array(WireItem.nullable()) });

/** Items of which only some fields were asked for. */
export const WirePartialItems = z.object({
  value: z.array(WireItem.pick({ id: true, fields: true }).nullable()),
});
