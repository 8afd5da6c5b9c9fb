/** Shows the pages to who is let in, and to everybody else the one page that asks for a token. */
import type { ReactNode } from 'react';
import { SignInPage } from './sign-in-page.tsx';
import { useEntrance } from './use-entrance.ts';

export function Gate({ children }: { children: ReactNode }) {
  const entrance = useEntrance();
  if (entrance.state === 'shut') return <SignInPage wasOpen={entrance.wasOpen} />;
  return children;
}
