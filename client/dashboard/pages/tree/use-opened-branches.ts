/** The opened branches of a project, remembered while this browser tab lives. */
import { useState } from 'react';
import { keepOpened, recallOpened } from './opened-branches.ts';
import type { OpenedBranches } from './opened-branches.ts';

export function useOpenedBranches(slug: string): readonly [OpenedBranches, (next: OpenedBranches) => void] {
  const key = `syncline.tree.${slug}`;
  const [opened, setOpened] = useState(() => recallOpened(sessionStorage.getItem(key)));
  const change = (next: OpenedBranches) => {
    sessionStorage.setItem(key, keepOpened(next));
    setOpened(next);
  };
  return [opened, change];
}
