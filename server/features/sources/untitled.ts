/** What an item without a name is called, and that somebody is told (PU11). */
import type { PushWarning, SourceItem } from '../../../shared/work-items.ts';

/** The item as it is pushed, and a warning if that is not how it came. */
export function nameItem(item: SourceItem): {
  readonly item: SourceItem;
  readonly warnings: readonly PushWarning[];
} {
  if (item.name.trim() !== '') return { item, warnings: [] };
  const warning: PushWarning = {
    code: 'BLANK_NAME',
    message: `An item without a name is pushed as "${untitled}".`,
    ardoqId: item.sourceId,
    field: 'name',
  };
  return { item: { ...item, name: untitled, node: { ...item.node, name: untitled } }, warnings: [warning] };
}

const untitled = 'Untitled';
