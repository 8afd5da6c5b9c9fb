/** Adds a connection: it is tested at once, and kept whatever the verdict. */
import { useState } from 'react';
import { type ConnectionKind, serviceNames } from '../../../../shared/views/connection.ts';
import { Switch } from '../../forms/switch.tsx';
import { useForm } from '../../forms/use-form.ts';
import type { ConnectionCalls } from './connection-calls.ts';
import { ConnectionFields } from './connection-fields.tsx';
import { emptyValues, listFieldNames } from './connection-values.ts';

interface AddConnectionProps {
  readonly kind: ConnectionKind;
  readonly calls: ConnectionCalls;
  readonly reload: () => void;
}

export function AddConnection({ kind, calls, reload }: AddConnectionProps) {
  const [values, setValues] = useState(emptyValues);
  const [isToActivate, setToActivate] = useState(true);
  const form = useForm(listFieldNames(kind), async () => {
    const { configuration, testResult } = await calls.add(values);
    setValues(emptyValues);
    if (!testResult.success) {
      reload();
      return `${configuration.name} is saved, but its test failed: ${testResult.error}`;
    }
    if (isToActivate) await calls.activate(configuration.id);
    reload();
    return isToActivate
      ? `${configuration.name} is saved, works and is active.`
      : `${configuration.name} is saved and works.`;
  });
  return (
    <form
      onSubmit={form.submit}
      noValidate
      className="form"
      aria-label={`New connection to ${serviceNames[kind]}`}
    >
      <ConnectionFields kind={kind} values={values} change={setValues} errors={form.errors.fields} isNew />
      <Switch
        label="Make it the active one"
        hint="Once its test has passed; only one connection of a kind can be."
        isOn={isToActivate}
        change={setToActivate}
      />
      {form.errors.form !== null && (
        <p className="note note-bad" role="alert">
          {form.errors.form}
        </p>
      )}
      <p className="row">
        <button type="submit" className="button button-primary" disabled={form.isPending}>
          {form.isPending ? 'Testing…' : 'Test and save'}
        </button>
        {form.accepted !== null && <output>{form.accepted}</output>}
      </p>
    </form>
  );
}
