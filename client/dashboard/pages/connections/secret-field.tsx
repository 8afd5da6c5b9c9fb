/** A labelled input for a secret: never shown, never filled in from what is stored. */
import { useId } from 'react';

interface SecretFieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly hint: string;
  readonly error?: string | undefined;
  readonly isRequired: boolean;
}

export function SecretField({ label, value, change, hint, error, isRequired }: SecretFieldProps) {
  const id = useId();
  const isBad = error !== undefined;
  return (
    <div className={isBad ? 'field field-bad' : 'field'}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="password"
        value={value}
        required={isRequired}
        spellCheck={false}
        // Browsers ignore "off" here and would offer somebody's password.
        autoComplete="new-password"
        aria-invalid={isBad}
        aria-describedby={isBad ? `${id}-hint ${id}-error` : `${id}-hint`}
        onChange={(event) => change(event.target.value)}
      />
      <p id={`${id}-hint`} className="muted small">
        {hint}
      </p>
      {isBad && (
        <p id={`${id}-error`} className="field-error small" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
