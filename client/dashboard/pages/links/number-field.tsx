/** A number in the address: taken over when it is finished and fits, put back when it does not. */
import { useId, useState } from 'react';

interface NumberFieldProps {
  readonly label: string;
  readonly title: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Undefined for what is no such number. */
  readonly parse: (text: string) => number | undefined;
  readonly change: (value: number) => void;
}

/** Made anew when the address changes. */
export const NumberField = (props: NumberFieldProps) => <Field key={props.value} {...props} />;

function Field({ label, title, value, min, max, step, parse, change }: NumberFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState(String(value));
  const finish = () => {
    const next = parse(typed);
    if (next === undefined || next === value) setTyped(String(value));
    else change(next);
  };
  return (
    <span className="field-inline number-field" title={title}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        min={min}
        max={max}
        step={step}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === 'Enter' && finish()}
      />
    </span>
  );
}
