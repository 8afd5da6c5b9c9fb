/** Makes a folder a project. */
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Field } from '../../forms/field.tsx';
import { useForm } from '../../forms/use-form.ts';
import { Panel } from '../../parts/panel.tsx';
import { Restricted } from '../../entrance/restricted.tsx';

const empty = { name: '', sdlc_path: '' };

export function RegisterForm() {
  const { caller } = useDashboard();
  const [values, setValues] = useState(empty);
  const [slug, setSlug] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const { hash } = useLocation();

  useEffect(() => {
    if (hash !== '#register') return;
    place.current?.scrollIntoView({ block: 'center' });
    place.current?.querySelector('input')?.focus({ preventScroll: true });
  }, [hash]);

  const form = useForm(Object.keys(empty), async () => {
    const { value } = await caller('createProject', { body: values });
    setValues(empty);
    setSlug(value.slug);
    return `${value.name} is registered.`;
  });
  return (
    <div ref={place} id="register">
      <Panel title="Register a project">
        <Restricted to="createProject" isForm>
          <form onSubmit={form.submit} noValidate className="form">
            <Field
              label="Name"
              value={values.name}
              isRequired
              placeholder="Atlas"
              change={(name) => setValues({ ...values, name })}
              error={form.errors.fields['name']}
            />
            <Field
              label="Folder"
              value={values.sdlc_path}
              isRequired
              isMono
              placeholder="/home/ada/atlas"
              hint="An absolute path on the machine the server runs on."
              change={(path) => setValues({ ...values, sdlc_path: path })}
              error={form.errors.fields['sdlc_path']}
            />
            {form.errors.form !== null && (
              <p className="note note-bad" role="alert">
                {form.errors.form}
              </p>
            )}
            <p className="row">
              <button type="submit" className="button button-primary" disabled={form.isPending}>
                {form.isPending ? 'Registering…' : 'Register'}
              </button>
              {form.accepted !== null && slug !== null && (
                <output className="good">
                  {form.accepted} <Link to={toProjectPath(slug)}>Open it</Link>
                </output>
              )}
            </p>
          </form>
        </Restricted>
      </Panel>
    </div>
  );
}
