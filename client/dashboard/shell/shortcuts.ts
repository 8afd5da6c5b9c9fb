/** The keyboard of the dashboard: which keys mean what, decided without a browser. */

export type ShortcutAction =
  | { readonly do: 'go'; readonly to: string }
  | { readonly do: 'filter' }
  | { readonly do: 'help' }
  | { readonly do: 'await-page' }
  | { readonly do: 'nothing' };

export const pageKeys: readonly { readonly key: string; readonly to: string; readonly name: string }[] = [
  { key: 'p', to: '/', name: 'Projects' },
  { key: 'f', to: '/search', name: 'Search' },
  { key: 'o', to: '/operations', name: 'Operations' },
  { key: 's', to: '/settings', name: 'Settings' },
];

/** How long `g` waits for its letter. */
export const pageKeyWaitMs = 1500;

export interface KeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
  readonly isTyping: boolean;
  /** `g` was pressed just before. */
  readonly awaitsPage: boolean;
}

export function toAction({ key, hasModifier, isTyping, awaitsPage }: KeyPress): ShortcutAction {
  if (hasModifier || isTyping) return { do: 'nothing' };
  if (awaitsPage) {
    const page = pageKeys.find((candidate) => candidate.key === key);
    if (page !== undefined) return { do: 'go', to: page.to };
  }
  switch (key) {
    case '/':
      return { do: 'filter' };
    case '?':
      return { do: 'help' };
    case 'g':
      return { do: 'await-page' };
    default:
      return { do: 'nothing' };
  }
}
