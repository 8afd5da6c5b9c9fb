/** A filter by a word: it filters when the word is finished (Enter, leaving the field), not at every letter. */
import { useId, useState } from 'react';

interface TextFilterProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly placeholder?: string;
  /** `/` leads here. */
  readonly isListFilter?: boolean;
}

/** Made anew when the address changes. */
export const TextFilter = (props: TextFilterProps) => <Field key={props.value} {...props} />;

function Field({ label, value, change, placeholder = 'Any', isListFilter = false }: TextFilterProps) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const finish = () => {
    if (typed.trim() !== value) change(typed.trim());
  };
  return (
    <span className="field-inline">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={typed}
        placeholder={placeholder}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === 'Enter' && finish()}
        {...(isListFilter && { 'data-list-filter': '' })}
      />
    </span>
  );
}
