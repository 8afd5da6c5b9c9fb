/** Opaque ids that documents keep for life (DX11). */
import { randomBytes } from 'node:crypto';
import type { DocumentId } from '../../../shared/ids.ts';

const digits = '0123456789abcdefghijklmnopqrstuvwxyz';
const length = 20;

/** Each digit from a byte of its own; 252 is the largest multiple of 36 in a byte. */
export function createDocumentId(): DocumentId {
  let id = '';
  while (id.length < length) {
    for (const byte of randomBytes(length + 4)) if (byte < 252) id += digits[byte % 36];
  }
  return `d_${id.slice(0, length)}` as DocumentId;
}
