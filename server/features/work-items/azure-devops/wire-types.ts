/** Types, their fields and their categories as Azure DevOps sends them (AZ11). */
import { z } from 'zod';

export const WireTypeReference = z.object({ name: z.string() });

export const WireCategory = z.object({
  referenceName: z.string(),
  defaultWorkItemType: WireTypeReference.nullish(),
});
export const WireCategories = z.object({ value: z.array(WireCategory) });

export const WireTypeField = z.object({
  referenceName: z.string(),
  name: z.string().nullish(),
  alwaysRequired: z.boolean().nullish(),
  defaultValue: z.unknown().optional(),
  allowedValues: z.array(z.unknown()).nullish(),
});
export type WireTypeField = z.infer<typeof WireTypeField>;
export const WireTypeFields = z.object({ value: z.array(WireTypeField) });

export const WireType = z.object({
  name: z.string(),
  referenceName: z.string().nullish(),
  isDisabled: z.boolean().nullish(),
  fields: z.array(z.object({ referenceName: z.string(), name: z.string().nullish() })).nullish(),
});
export type WireType = z.infer<typeof WireType>;
export const WireTypes = z.object({ value: z.array(WireType) });

/** A field of the project: only here stands what kind of value it holds. */
export const WireField = z.object({
  referenceName: z.string(),
  name: z.string(),
  type: z.string(),
  isPicklistSuggested: z.boolean().nullish(),
  isIdentity: z.boolean().nullish(),
});
export type WireField = z.infer<typeof WireField>;
export const WireFields = z.object({ value: z.array(WireField) });
