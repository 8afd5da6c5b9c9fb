/** Answers that are ids: of a query and of a look-up by link (AZ6, AZ10). */
import { z } from 'zod';

export const WireReference = z.object({ id: z.number().int().positive() });

export const WireQueryResult = z.object({ workItems: z.array(WireReference) });

export const WireArtifacts = z.object({
  artifactUrisQueryResult: z.record(z.string(), z.array(WireReference).nullable()),
});
