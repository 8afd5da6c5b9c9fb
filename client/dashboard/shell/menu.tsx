/** A badge that opens a small sheet of details; closes on Escape, on a click elsewhere, and when focus leaves. */
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';

interface MenuProps {
  readonly testId: string;
  readonly badge: ReactNode;
  readonly children: ReactNode;
}

export function Menu({ testId, badge, children }: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null);

  useEffect(() => {
    const close = () => {
      if (details.current !== null) details.current.open = false;
    };
    const onPointer = (event: Event) => {
      if (event.target instanceof Node && !details.current?.contains(event.target)) close();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || details.current?.open !== true) return;
      close();
      details.current.querySelector('summary')?.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('focusin', onPointer);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('focusin', onPointer);
      document.removeEventListener('keydown', onKey);
    };
  }, []);

  return (
    <details ref={details} className="menu" data-testid={testId}>
      <summary className="badge">{badge}</summary>
      <div className="menu-sheet">{children}</div>
    </details>
  );
}
