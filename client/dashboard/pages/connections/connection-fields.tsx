/** The fields of a connection, for a new one and for one that is changed. */
import type { ConnectionKind } from '../../../../shared/views/connection.ts';
import { Field } from '../../forms/field.tsx';
import { Switch } from '../../forms/switch.tsx';
import { type ConnectionValues, fieldNamesOf } from './connection-values.ts';
import { SecretField } from './secret-field.tsx';

interface ConnectionFieldsProps {
  readonly kind: ConnectionKind;
  readonly values: ConnectionValues;
  readonly change: (values: ConnectionValues) => void;
  readonly errors: Readonly<Record<string, string>>;
  readonly isNew: boolean;
}

export function ConnectionFields({ kind, values, change, errors, isNew }: ConnectionFieldsProps) {
  const names = fieldNamesOf[kind];
  const set = (part: Partial<ConnectionValues>) => change({ ...values, ...part });
  return (
    <>
      <Field
        label="Name"
        value={values.name}
        isRequired
        change={(name) => set({ name })}
        error={errors['name']}
      />
      <Field
        label={names.organizationLabel}
        value={values.organization}
        isRequired={names.isOrganizationRequired}
        change={(organization) => set({ organization })}
        error={errors[names.organization]}
      />
      <SecretField
        label={names.tokenLabel}
        value={values.token}
        isRequired={isNew}
        hint={
          isNew
            ? 'Stored encrypted and never shown again.'
            : 'Leave it empty to keep the stored one; another one has to be tested again.'
        }
        change={(token) => set({ token })}
        error={errors[names.token]}
      />
      <Field
        label="Host"
        value={values.apiHost}
        isMono
        placeholder={names.defaultHost}
        hint="Other hosts than the service's own have to be allowed by SYNCLINE_ALLOWED_UPSTREAM_HOSTS."
        change={(apiHost) => set({ apiHost })}
        error={errors['apiHost']}
      />
      {kind === 'azure-devops' && <PushFields {...{ values, set, errors, isNew }} />}
    </>
  );
}

interface PushFieldsProps {
  readonly values: ConnectionValues;
  readonly set: (part: Partial<ConnectionValues>) => void;
  readonly errors: Readonly<Record<string, string>>;
  readonly isNew: boolean;
}

function PushFields({ values, set, errors, isNew }: PushFieldsProps) {
  return (
    <>
      {isNew ? (
        <Field
          label="Marker base"
          value={values.markerBase}
          isMono
          hint="Every work item links back to an address that begins with this; it is fixed once the connection is saved. Empty means this server."
          change={(markerBase) => set({ markerBase })}
          error={errors['markerBase']}
        />
      ) : (
        <p className="muted small">
          Markers begin with <code>{values.markerBase}</code>.
        </p>
      )}
      <Field
        label="Marker field"
        value={values.markerField}
        isMono
        placeholder="Custom.SourceKey"
        hint="A field that carries the key of the source as well; it is looked up first."
        change={(markerField) => set({ markerField })}
        error={errors['markerField']}
      />
      <Field
        label="Siblings pushed at a time"
        value={values.pushConcurrency}
        hint="1 to 8."
        change={(pushConcurrency) => set({ pushConcurrency })}
        error={errors['pushConcurrency']}
      />
      <Switch
        label="Push in batches"
        hint="Siblings are sent 50 at a time."
        isOn={values.useBatch}
        change={(useBatch) => set({ useBatch })}
      />
    </>
  );
}
