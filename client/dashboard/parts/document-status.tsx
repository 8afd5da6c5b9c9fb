/** The status a document gives itself, as written; the colour only helps to find one's way. */
import { toStatusTone } from '../format/document-types.ts';

export function DocumentStatus({ status }: { status: string | null }) {
  if (status === null) return <span className="muted">—</span>;
  return <span className={`chip chip-${toStatusTone(status)}`}>{status}</span>;
}
