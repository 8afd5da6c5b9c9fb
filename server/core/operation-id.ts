/** Ids of operations: UUIDv7, so that they sort by the time they were made (OP7). */
import { randomBytes } from 'node:crypto';
import { OperationId } from '../../shared/ids.ts';

let newest = { ms: 0, count: 0 };

/** Ids made by one process within one millisecond keep their order through a counter in the random part. */
export function createOperationId(nowMs: number): OperationId {
  const ms = Math.max(nowMs, newest.ms);
  newest = { ms, count: ms === newest.ms ? newest.count + 1 : 0 };
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | (newest.count & 0x0fff), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return OperationId.parse(`OP-${groups.join('-')}`);
}
