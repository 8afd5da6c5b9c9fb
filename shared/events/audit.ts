/** One row of the audit log, as it was written (AL1). */
import { z } from 'zod';
import { AuditAction, AuditEntity } from '../audit.ts';
import { defineEvent } from './define.ts';

export const AuditRecorded = defineEvent(
  'audit:recorded',
  z.object({
    id: z.string(),
    actionType: AuditAction,
    entityType: AuditEntity,
    entityId: z.string(),
  }),
);
