/** Around what calls a route: its buttons and fields cannot be used by who would be refused, and say why. */
import { useId } from 'react';
import type { ReactNode } from 'react';
import type { RouteName } from '../../../shared/api/index.ts';
import { useRefusal } from './use-entrance.ts';

export interface RestrictedProps {
  readonly to: RouteName;
  /** A form says so before one has typed anything; a button only when it is asked. */
  readonly isForm?: boolean;
  readonly children: ReactNode;
}

export function Restricted({ to, isForm = false, children }: RestrictedProps) {
  const id = useId();
  const refusal = useRefusal(to);
  if (refusal === null) return children;
  return (
    <fieldset className="restricted" disabled title={refusal} aria-describedby={id}>
      <span id={id} className={isForm ? 'note small block' : 'visually-hidden'}>
        {refusal}
      </span>
      {children}
    </fieldset>
  );
}
