/** An address that leads nowhere, with ways on. */
import { Link } from 'react-router';
import { toOperationsPath } from '../address/paths.ts';

export function NotFound({ noun, message }: { noun: string; message?: string }) {
  return (
    <div className="empty">
      <p className="empty-code">404</p>
      <h2>No such {noun}</h2>
      <p className="muted">{message ?? 'Nothing is kept at this address.'}</p>
      <p className="row">
        <Link className="button" to="/">
          All projects
        </Link>
        <Link className="button" to={toOperationsPath()}>
          Operations
        </Link>
      </p>
    </div>
  );
}
