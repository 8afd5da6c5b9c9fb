/** The box: asks while one types, and Enter on an id goes straight to its owner (SR7). */
import { useEffect, useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { NavigationType, useNavigate, useNavigationType } from 'react-router';
import { CallError } from '../../../sdk/caller.ts';
import { toQueriedId } from '../../address/id-query.ts';
import { toGoPath } from '../../address/paths.ts';
import { longestQuery } from '../../address/search-filters.ts';
import type { SearchPageFilters } from '../../address/search-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Icon } from '../../parts/icon.tsx';
import { findProjectOf } from '../../views/search.ts';

interface SearchBoxProps {
  readonly filters: SearchPageFilters;
  readonly ask: (q: string) => void;
}

/** So long a pause means that the word is finished. */
const pauseMs = 200;

export function SearchBox({ filters: { q, project }, ask }: SearchBoxProps) {
  const { caller } = useDashboard();
  const navigate = useNavigate();
  const how = useNavigationType();
  const input = useRef<HTMLInputElement>(null);
  const leaving = useLeaving();
  const [typed, setTyped] = useState(q);
  const [asked, setAsked] = useState(q);
  // Adjusted while rendering, as React advises. Our own questions replace the address, and what is typed meanwhile stays.
  if (q !== asked) {
    setAsked(q);
    if (how !== NavigationType.Replace) setTyped(q);
  }
  useEffect(() => {
    if (input.current?.value === '') input.current.focus();
  }, []);
  const askNow = (text: string) => {
    if (text.trim() !== q.trim()) ask(text.trim());
  };
  useAfterPause(typed, askNow);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const id = toQueriedId(typed);
    const slug = id !== null && (await findProjectOf(caller, id, project).catch(toNowhere));
    if (leaving.current.aborted) return;
    if (id !== null && typeof slug === 'string') void navigate(toGoPath(slug, id));
    else askNow(typed);
  };
  return (
    <search>
      {/* `submit` handles what the server may answer; it rejects for programming errors alone. */}
      <form className="search-field search-box" onSubmit={(event) => void submit(event)}>
        <Icon name="search" />
        <input
          ref={input}
          type="search"
          aria-label="Search"
          placeholder='Words, "a phrase" or an id'
          maxLength={longestQuery}
          value={typed}
          data-list-filter
          onChange={(event) => setTyped(event.target.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
    </search>
  );
}

/** The list that is shown instead asks the same server, and says what is wrong with it. */
function toNowhere(error: unknown): undefined {
  if (!(error instanceof CallError)) throw error;
}

/** Aborted once the page is left: an answer that comes later must not lead away from the next one. */
function useLeaving(): { readonly current: AbortSignal } {
  const leaving = useRef(new AbortController().signal);
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller.signal;
    return () => controller.abort();
  }, []);
  return leaving;
}

function useAfterPause(text: string, act: (text: string) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const timer = setTimeout(() => latest.current(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
}
