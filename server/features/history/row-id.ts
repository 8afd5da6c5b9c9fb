/** Ids of rows: UUIDv7, so that rows of one moment sort by the order in which they were told. */
import { createOperationId } from '../../core/operation-id.ts';

export const createRowId = (at: Date): string => createOperationId(at.getTime()).slice('OP-'.length);
