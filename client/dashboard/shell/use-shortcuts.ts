/** Listens to the keyboard for the whole dashboard and carries out what the keys mean. */
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { toSearchPath } from '../address/paths.ts';
import { pageKeyWaitMs, toAction } from './shortcuts.ts';

export function useShortcuts(openHelp: () => void): void {
  const navigate = useNavigate();

  useEffect(() => {
    let pageKeyAtMs = -Infinity;

    const onKeyDown = (event: KeyboardEvent) => {
      if (leaveFilter(event)) return;
      const action = toAction({
        key: event.key,
        hasModifier: event.altKey || event.ctrlKey || event.metaKey,
        isTyping: isTyping(event.target) || document.querySelector('dialog[open]') !== null,
        awaitsPage: event.timeStamp - pageKeyAtMs < pageKeyWaitMs,
      });
      pageKeyAtMs = action.do === 'await-page' ? event.timeStamp : -Infinity;
      if (action.do === 'nothing' || action.do === 'await-page') return;
      event.preventDefault();
      if (action.do === 'go') void navigate(action.to);
      else if (action.do === 'help') openHelp();
      else if (!focusFilter()) void navigate(toSearchPath());
    };

    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [navigate, openHelp]);
}

/** False on a page without a list to filter. */
function focusFilter(): boolean {
  const filter = document.querySelector<HTMLElement>('[data-list-filter]');
  filter?.focus();
  return filter !== null;
}

/** Down goes from the filter into its list, Escape out of it. */
function leaveFilter(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLInputElement) || !('listFilter' in target.dataset)) return false;
  if (event.key === 'Escape') {
    target.blur();
    return true;
  }
  const row = document.querySelector<HTMLElement>('[data-row]');
  if (event.key !== 'ArrowDown' || row === null) return false;
  event.preventDefault();
  row.focus();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
