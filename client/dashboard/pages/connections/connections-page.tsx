/** The connections to the outside services: added, tested, activated, changed and removed. */
import { PageHeader } from '../../parts/page-header.tsx';
import { KindPanel } from './kind-panel.tsx';

export function ConnectionsPage() {
  return (
    <>
      <PageHeader title="Connections" />
      <div className="column-main">
        <KindPanel kind="azure-devops" />
        <KindPanel kind="ardoq" />
      </div>
    </>
  );
}
