/** A labelled input with its hint and, when the server refused its value, the reason beside it. */
import { useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly isMono?: boolean;
  readonly isRequired?: boolean;
  /** Several lines, one value each. */
  readonly rows?: number;
}

export function Field({
  label,
  value,
  change,
  error,
  hint,
  placeholder,
  isMono,
  isRequired,
  rows,
}: FieldProps) {
  const id = useId();
  const isBad = error !== undefined;
  const described = [hint === undefined ? null : `${id}-hint`, isBad ? `${id}-error` : null];
  const shared = {
    id,
    value,
    placeholder,
    required: isRequired === true,
    className: isMono === true ? 'mono' : '',
    spellCheck: false,
    autoComplete: 'off',
    'aria-invalid': isBad,
    'aria-describedby': described.filter((name) => name !== null).join(' ') || undefined,
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
  return (
    <div className={isBad ? 'field field-bad' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? <input {...shared} /> : <textarea rows={rows} {...shared} />}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="muted small">
          {hint}
        </p>
      )}
      {isBad && (
        <p id={`${id}-error`} className="field-error small" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
