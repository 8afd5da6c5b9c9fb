/** A form on its way to the server: pending, accepted, or refused with the reasons at their fields. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { CallError } from '../../sdk/caller.ts';
import { noErrors, toFormErrors } from './field-errors.ts';
import type { FormErrors } from './field-errors.ts';

export interface Form {
  readonly errors: FormErrors;
  readonly isPending: boolean;
  /** Null until the server has accepted something. */
  readonly accepted: string | null;
  readonly submit: (event: FormEvent) => void;
}

export function useForm(fieldNames: readonly string[], send: () => Promise<string>): Form {
  const [errors, setErrors] = useState(noErrors);
  const [isPending, setPending] = useState(false);
  const [accepted, setAccepted] = useState<string | null>(null);

  const run = async () => {
    setPending(true);
    setAccepted(null);
    try {
      setAccepted(await send());
      setErrors(noErrors);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      setErrors(toFormErrors(error, fieldNames));
    } finally {
      setPending(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  return { errors, isPending, accepted, submit };
}
