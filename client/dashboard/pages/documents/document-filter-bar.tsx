/** Narrows the documents by type, status, epic and owner; values seen on the page are offered. */
import { useId, useState } from 'react';
import type { DocumentItem } from '../../../../shared/views/document.ts';
import { isFiltered } from '../../address/document-filters.ts';
import type { DocumentFilters } from '../../address/document-filters.ts';
import { documentTypes } from '../../format/document-types.ts';
import { toWords } from '../../format/labels.ts';
import { SelectField } from '../../parts/select-field.tsx';

interface DocumentFilterBarProps {
  readonly filters: DocumentFilters;
  readonly change: (filters: DocumentFilters) => void;
  readonly seen: readonly DocumentItem[];
}

export function DocumentFilterBar({ filters, change, seen }: DocumentFilterBarProps) {
  const set = (part: Partial<DocumentFilters>) => change({ ...filters, ...part, page: 1 });
  const types = [...new Set([...documentTypes, ...seen.map(({ type }) => type)])];
  return (
    <div className="toolbar">
      <div className="filters">
        <SelectField
          label="Type"
          value={filters.type}
          isListFilter
          options={types.map((type) => ({ value: type, label: toWords(type) }))}
          change={(type) => set({ type })}
        />
        <TextField
          key={`status ${filters.status}`}
          label="Status"
          value={filters.status}
          offered={['none', ...seen.map(({ status }) => status)]}
          change={(status) => set({ status })}
        />
        <TextField
          key={`epic ${filters.epic}`}
          label="Epic"
          value={filters.epic}
          offered={seen.map(({ epic }) => epic)}
          change={(epic) => set({ epic })}
        />
        <TextField
          key={`owner ${filters.owner}`}
          label="Owner"
          value={filters.owner}
          offered={seen.map(({ owner }) => owner)}
          change={(owner) => set({ owner })}
        />
        {isFiltered(filters) && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => set({ type: '', status: '', epic: '', owner: '' })}
          >
            Clear
          </button>
        )}
      </div>
    </div>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly offered: readonly (string | null)[];
  readonly change: (value: string) => void;
}

/** Made anew when the address changes. Filters when the text is finished (Enter, leaving the field, choosing an offer), not at every letter. */
function TextField({ label, value, offered, change }: TextFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const offers = [...new Set(offered)].filter((offer) => offer !== null).toSorted();

  const finish = (text: string) => {
    if (text.trim() !== value) change(text.trim());
  };
  return (
    <span className="field-inline">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={typed}
        placeholder="Any"
        list={`${id}-offers`}
        onChange={(event) => {
          setTyped(event.target.value);
          if (offers.includes(event.target.value) || event.target.value === '') finish(event.target.value);
        }}
        onBlur={() => finish(typed)}
        onKeyDown={(event) => event.key === 'Enter' && finish(typed)}
      />
      <datalist id={`${id}-offers`}>
        {offers.map((offer) => (
          <option key={offer} value={offer}>
            {offer}
          </option>
        ))}
      </datalist>
    </span>
  );
}
