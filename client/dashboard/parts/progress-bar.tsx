/** How far a piece of work is: a filled bar when a total is known, a moving one when it is not. */
import type { Tone } from './status.tsx';

interface ProgressBarProps {
  readonly label: string;
  /** From 0 to 1; undefined while no total is known. */
  readonly share: number | undefined;
  readonly tone?: Tone;
  readonly isSlim?: boolean;
}

export function ProgressBar({ label, share, tone = 'busy', isSlim = false }: ProgressBarProps) {
  const percent = share === undefined ? undefined : Math.floor(share * 100);
  return (
    <div
      className={`progress progress-${tone} ${isSlim ? 'progress-slim' : ''}`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- <progress> cannot be drawn alike in all browsers
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div
        className={share === undefined ? 'progress-fill progress-unknown' : 'progress-fill'}
        style={share === undefined ? undefined : { transform: `scaleX(${share})` }}
      />
    </div>
  );
}
