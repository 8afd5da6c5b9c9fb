/** Which branches of a tree are open: all or none of them, and the exceptions; kept as text for this browser tab. */
import { z } from 'zod';

export interface OpenedBranches {
  readonly isAllOpen: boolean;
  readonly exceptions: ReadonlySet<string>;
}

export const noneOpen: OpenedBranches = { isAllOpen: false, exceptions: new Set() };
export const allOpen: OpenedBranches = { isAllOpen: true, exceptions: new Set() };

export const isOpen = ({ isAllOpen, exceptions }: OpenedBranches, key: string): boolean =>
  isAllOpen !== exceptions.has(key);

export function turnBranch(opened: OpenedBranches, key: string): OpenedBranches {
  const exceptions = new Set(opened.exceptions);
  if (!exceptions.delete(key)) exceptions.add(key);
  return { ...opened, exceptions };
}

export const openBranches = (opened: OpenedBranches, keys: readonly string[]): OpenedBranches =>
  keys.filter((key) => !isOpen(opened, key)).reduce(turnBranch, opened);

const Kept = z.object({ isAllOpen: z.boolean(), exceptions: z.array(z.string()) });

export const keepOpened = ({ isAllOpen, exceptions }: OpenedBranches): string =>
  JSON.stringify({ isAllOpen, exceptions: [...exceptions] } satisfies z.input<typeof Kept>);

/** What cannot be read is what nobody has opened yet. */
export function recallOpened(text: string | null): OpenedBranches {
  const kept = Kept.safeParse(parseJson(text));
  return kept.success ? { ...kept.data, exceptions: new Set(kept.data.exceptions) } : noneOpen;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    // Not ours, whoever wrote it.
    return null;
  }
}
