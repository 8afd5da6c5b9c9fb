/** A share of a whole as a ring, with its figure and what it means in the middle. */
import type { Tone } from './status.tsx';

interface RingProps {
  /** From 0 to 1. */
  readonly share: number;
  readonly figure: string;
  readonly label: string;
  readonly tone: Tone;
}

const radius = 52;
const length = 2 * Math.PI * radius;

export function Ring({ share, figure, label, tone }: RingProps) {
  return (
    <div className={`ring ring-${tone}`}>
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <circle className="ring-track" cx="60" cy="60" r={radius} />
        {share > 0 && (
          <circle
            className="ring-share"
            cx="60"
            cy="60"
            r={radius}
            strokeDasharray={`${share * length} ${length}`}
            transform="rotate(-90 60 60)"
          />
        )}
      </svg>
      <p className="ring-text">
        <span className="ring-figure figure">{figure}</span>
        <span className="muted small">{label}</span>
      </p>
    </div>
  );
}
