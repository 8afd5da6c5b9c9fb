/** An act worth remembering, as whoever does it tells it; the audit log writes it down by and by (AL4). */
import type { AuditAction, AuditEntity } from '../../shared/audit.ts';
import type { Json } from './workflow.ts';

/** Where a request came from (AL2, AL5). */
export interface RequestOrigin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export interface AuditAct {
  readonly action: AuditAction;
  readonly entity: AuditEntity;
  readonly entityId: string;
  /** Never a secret. */
  readonly details: Json;
  /** Null for what the program does by itself. */
  readonly origin: RequestOrigin | null;
}

/** Never throws and never waits. */
export type RecordAct = (act: AuditAct) => void;
