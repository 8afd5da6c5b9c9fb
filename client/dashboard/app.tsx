/** Which page stands at which address. */
import { lazy } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { OperationPage } from './pages/operation/operation-page.tsx';
import { OperationsPage } from './pages/operations/operations-page.tsx';
import { ProjectPage } from './pages/project/project-page.tsx';
import { ProjectsPage } from './pages/projects/projects-page.tsx';
import { NotFound } from './parts/not-found.tsx';
import { Shell } from './shell/shell.tsx';

/** Markdown and forms are fetched when the first of their pages is opened. */
const DocumentsPage = lazy(async () => ({
  default: (await import('./pages/documents/documents-page.tsx')).DocumentsPage,
}));
const DocumentPage = lazy(async () => ({
  default: (await import('./pages/document/document-page.tsx')).DocumentPage,
}));
const HealthCheckPage = lazy(async () => ({
  default: (await import('./pages/health-check/health-check-page.tsx')).HealthCheckPage,
}));
const FeaturesPage = lazy(async () => ({
  default: (await import('./pages/features/features-page.tsx')).FeaturesPage,
}));
const FeaturePage = lazy(async () => ({
  default: (await import('./pages/feature/feature-page.tsx')).FeaturePage,
}));
const SessionsPage = lazy(async () => ({
  default: (await import('./pages/sessions/sessions-page.tsx')).SessionsPage,
}));
const SessionPage = lazy(async () => ({
  default: (await import('./pages/session/session-page.tsx')).SessionPage,
}));
const LinksPage = lazy(async () => ({
  default: (await import('./pages/links/links-page.tsx')).LinksPage,
}));
const TreePage = lazy(async () => ({
  default: (await import('./pages/tree/tree-page.tsx')).TreePage,
}));
const GoPage = lazy(async () => ({
  default: (await import('./pages/go/go-page.tsx')).GoPage,
}));
const SearchPage = lazy(async () => ({
  default: (await import('./pages/search/search-page.tsx')).SearchPage,
}));
const PushesPage = lazy(async () => ({
  default: (await import('./pages/pushes/pushes-page.tsx')).PushesPage,
}));
const PushPage = lazy(async () => ({ default: (await import('./pages/pushes/push-page.tsx')).PushPage }));
const ConnectionsPage = lazy(async () => ({
  default: (await import('./pages/connections/connections-page.tsx')).ConnectionsPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('./pages/settings/settings-page.tsx')).SettingsPage,
}));

export function App() {
  return (
    <BrowserRouter>
      <Routes>
        <Route element={<Shell />}>
          <Route index element={<ProjectsPage />} />
          <Route path="projects/:slug" element={<ProjectPage />} />
          <Route path="projects/:slug/documents" element={<DocumentsPage />} />
          <Route path="projects/:slug/documents/:type/:docId" element={<DocumentPage />} />
          <Route path="projects/:slug/tree" element={<TreePage />} />
          <Route path="projects/:slug/go/:id" element={<GoPage />} />
          <Route path="projects/:slug/health-check" element={<HealthCheckPage />} />
          <Route path="projects/:slug/features" element={<FeaturesPage />} />
          <Route path="projects/:slug/features/:id" element={<FeaturePage />} />
          <Route path="projects/:slug/sessions" element={<SessionsPage />} />
          <Route path="projects/:slug/sessions/:id" element={<SessionPage />} />
          <Route path="projects/:slug/links" element={<LinksPage />} />
          <Route path="search" element={<SearchPage />} />
          <Route path="operations" element={<OperationsPage />} />
          <Route path="operations/:id" element={<OperationPage />} />
          <Route path="pushes" element={<PushesPage />} />
          <Route path="pushes/:id" element={<PushPage />} />
          <Route path="connections" element={<ConnectionsPage />} />
          <Route path="settings" element={<SettingsPage />} />
          <Route path="*" element={<NotFound noun="page" />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
