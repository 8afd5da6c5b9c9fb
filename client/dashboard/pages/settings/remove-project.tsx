/** Forgets a project; its slug has to be typed, because what was indexed does not come back by itself. */
import { useState } from 'react';
import type { Project } from '../../../../shared/views/project.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Field } from '../../forms/field.tsx';
import { useForm } from '../../forms/use-form.ts';
import { toPlural } from '../../format/numbers.ts';

export function RemoveProject({ project: { slug, document_count: count } }: { project: Project }) {
  const { caller } = useDashboard();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const form = useForm([], async () => {
    await caller('removeProject', { params: { slug } });
    return `${slug} is removed.`;
  });

  if (!isOpen) {
    return (
      <div className="danger-zone">
        <p>
          <span className="strong">Remove this project</span>
          <span className="muted small block">
            Forgets {toPlural(count, 'document')} and their history of issues. Files are not touched.
          </span>
        </p>
        <button type="button" className="button button-danger" onClick={() => setOpen(true)}>
          Remove…
        </button>
      </div>
    );
  }
  return (
    <form onSubmit={form.submit} noValidate className="danger-zone danger-open">
      <Field label={`Type ${slug} to remove it`} value={typed} change={setTyped} isMono />
      {form.errors.form !== null && (
        <p className="note note-bad" role="alert">
          {form.errors.form}
        </p>
      )}
      <p className="row">
        <button type="submit" className="button button-danger" disabled={typed !== slug || form.isPending}>
          {form.isPending ? 'Removing…' : 'Remove project'}
        </button>
        <button type="button" className="button button-quiet" onClick={() => setOpen(false)}>
          Keep it
        </button>
      </p>
    </form>
  );
}
