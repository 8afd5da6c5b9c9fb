/** Reads a view again from time to time while it shows something that changes by the clock alone, without an event. */
import { useEffect } from 'react';

export function useReloadEvery(everyMs: number, isNeeded: boolean, reload: () => void): void {
  useEffect(() => {
    if (!isNeeded) return;
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isNeeded, reload]);
}
