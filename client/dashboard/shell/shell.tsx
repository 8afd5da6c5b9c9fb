/** The frame around every page: sidebar, top bar, skip link, keyboard. */
import { Suspense, useCallback, useEffect, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { Icon } from '../parts/icon.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Announcer } from './announcer.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { Sidebar } from './sidebar.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { WatcherBadge } from './watcher-badge.tsx';

export function Shell() {
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  const closeMenu = useCallback(() => setMenuOpen(false), []);
  const { pathname } = useLocation();
  useShortcuts(openHelp);
  useEffect(() => {
    // Not returned: in newer browsers the answer is a promise, which React would take for a clean-up.
    window.scrollTo(0, 0);
  }, [pathname]);

  return (
    <div className="shell" data-menu={isMenuOpen ? 'open' : 'closed'}>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Sidebar close={closeMenu} />
      {isMenuOpen && <div className="scrim" aria-hidden="true" onClick={closeMenu} />}
      <div className="shell-body">
        <div className="top-bar">
          <button
            type="button"
            className="icon-button menu-button"
            aria-label="Menu"
            aria-expanded={isMenuOpen}
            aria-controls="sidebar"
            onClick={() => setMenuOpen(!isMenuOpen)}
          >
            <Icon name="menu" />
          </button>
          <div className="top-bar-space" />
          <WatcherBadge />
          <ConnectionBadge />
          <button
            type="button"
            className="icon-button keyboard-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
            onClick={openHelp}
          >
            <Icon name="keyboard" />
          </button>
          <ThemeSwitch />
        </div>
        <main id="main" tabIndex={-1}>
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<Skeleton />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <ShortcutsDialog isOpen={isHelpOpen} close={() => setHelpOpen(false)} />
      <Announcer />
    </div>
  );
}
