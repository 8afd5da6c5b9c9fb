/** What became of each id of a delete (AZ8). */
import { z } from 'zod';

export const WireDeletion = z.object({
  id: z.number().int(),
  code: z.number().int(),
  message: z.string().nullish(),
  type: z.string().nullish(),
});
export type WireDeletion = z.infer<typeof WireDeletion>;

export const WireDeletions = z.object({ results: z.array(WireDeletion) });
