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
          <Route path="operations" element={<OperationsPage />} />
          <Route path="operations/:id" element={<OperationPage />} />
          <Route path="settings" element={<SettingsPage />} />
          <Route path="*" element={<NotFound noun="page" />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
