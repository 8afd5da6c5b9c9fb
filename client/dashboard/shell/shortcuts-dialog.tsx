/** The list of keys, opened with `?`. */
import { useEffect, useRef } from 'react';
import { Icon } from '../parts/icon.tsx';
import { pageKeys } from './shortcuts.ts';

interface Line {
  readonly keys: readonly string[];
  readonly name: string;
}

const lines: readonly Line[] = [
  ...pageKeys.map(({ key, name }) => ({ keys: ['g', key], name: `Go to ${name.toLowerCase()}` })),
  { keys: ['/'], name: 'Filter the list, or search where there is none' },
  { keys: ['↓', '↑'], name: 'Walk the rows' },
  { keys: ['Home', 'End'], name: 'First and last row' },
  { keys: ['Enter'], name: 'Open the row' },
  { keys: ['Esc'], name: 'Leave the filter, close this' },
  { keys: ['?'], name: 'Show these keys' },
];

export function ShortcutsDialog({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);

  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="shortcuts-title" onClose={close}>
      <header className="panel-header">
        <h2 id="shortcuts-title">Keyboard</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <dl className="shortcuts">
        {lines.map(({ keys, name }) => (
          <div key={name}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
