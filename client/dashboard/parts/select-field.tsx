/** A filter with known values; the first one means all. */
import { useId } from 'react';

interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly change: (value: string) => void;
  /** `/` leads here. */
  readonly isListFilter?: boolean;
}

export function SelectField({ label, value, options, change, isListFilter = false }: SelectFieldProps) {
  const id = useId();
  // A value of the address that is no option (a project that is gone) is still shown as what it is.
  const isKnown = value === '' || options.some((option) => option.value === value);
  return (
    <span className="field-inline">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => change(event.target.value)}
        {...(isListFilter && { 'data-list-filter': '' })}
      >
        <option value="">All</option>
        {!isKnown && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
