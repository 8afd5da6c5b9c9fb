/** How far the deletions of an overwrite are, and which work items could not be deleted. */
import { toFraction, toShare } from '../../format/numbers.ts';
import { Panel } from '../../parts/panel.tsx';
import { ProgressBar } from '../../parts/progress-bar.tsx';
import type { Overwriting } from './push-folds.ts';

export function OverwriteProgress({ overwrite }: { overwrite: Overwriting }) {
  const { message, deleted, total, failed } = overwrite;
  return (
    <Panel title="Overwrite" aside={<span className="figure">{toFraction(deleted, total)}</span>}>
      <ProgressBar
        label="Deleted work items"
        share={toShare(deleted, total)}
        tone={failed.length > 0 ? 'bad' : 'busy'}
      />
      <p className="muted small">{message}</p>
      {failed.length > 0 && (
        <ul className="small">
          {failed.map((failure) => (
            <li key={failure.id} className="bad">
              #{failure.id}: {failure.message} <code>{failure.code}</code>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
