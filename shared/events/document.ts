/** Documents that were added, updated or removed by one batch, at most 500 an event. */
import { z } from 'zod';
import { DocumentId } from '../ids.ts';
import { defineEvent } from './define.ts';

const DocumentRef = z.object({
  id: DocumentId,
  path: z.string(),
  type: z.string(),
  docId: z.string(),
  title: z.string(),
});
export type DocumentRef = z.infer<typeof DocumentRef>;

export const DocumentsChanged = defineEvent(
  'documents:changed',
  z.object({
    added: z.array(DocumentRef),
    updated: z.array(DocumentRef.extend({ movedFrom: z.string().nullable() })),
    removed: z.array(DocumentRef),
    documentCount: z.number().int().nonnegative(),
    issueCount: z.number().int().nonnegative(),
  }),
);
