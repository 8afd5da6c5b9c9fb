/** Changes a connection; what made its test worth something may not change unnoticed. */
import { useState } from 'react';
import type { Connection, ConnectionKind } from '../../../../shared/views/connection.ts';
import { useForm } from '../../forms/use-form.ts';
import type { ConnectionCalls } from './connection-calls.ts';
import { ConnectionFields } from './connection-fields.tsx';
import { listFieldNames, needsTest, toValues } from './connection-values.ts';

interface EditConnectionProps {
  readonly kind: ConnectionKind;
  readonly connection: Connection;
  readonly calls: ConnectionCalls;
  readonly reload: () => void;
}

export function EditConnection({ kind, connection, calls, reload }: EditConnectionProps) {
  const [values, setValues] = useState(() => toValues(connection));
  const form = useForm(listFieldNames(kind), async () => {
    const changed = await calls.change(connection.id, values);
    setValues(toValues(changed));
    reload();
    return changed.isTested
      ? `${changed.name} is saved.`
      : `${changed.name} is saved; test it before it is used.`;
  });
  return (
    <form onSubmit={form.submit} noValidate className="form" aria-label={`Change ${connection.name}`}>
      <ConnectionFields
        kind={kind}
        values={values}
        change={setValues}
        errors={form.errors.fields}
        isNew={false}
      />
      {needsTest(connection, values) && (
        <output className="note">
          With these credentials the connection has to be tested again
          {connection.isActive && ', and it will no longer be the active one'}.
        </output>
      )}
      {form.errors.form !== null && (
        <p className="note note-bad" role="alert">
          {form.errors.form}
        </p>
      )}
      <p className="row">
        <button type="submit" className="button button-primary" disabled={form.isPending}>
          {form.isPending ? 'Saving…' : 'Save'}
        </button>
        {form.accepted !== null && <output className="good">{form.accepted}</output>}
      </p>
    </form>
  );
}
