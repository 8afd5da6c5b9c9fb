/** The gravity of a finding as shape, colour and word. */
import type { HealthSeverity } from '../../../../shared/views/health-check.ts';
import type { IconName } from '../../parts/icon.tsx';
import { Status } from '../../parts/status.tsx';
import type { Tone } from '../../parts/status.tsx';

const looks: Readonly<Record<HealthSeverity, { readonly icon: IconName; readonly tone: Tone }>> = {
  critical: { icon: 'failed', tone: 'bad' },
  high: { icon: 'up', tone: 'bad' },
  medium: { icon: 'warning', tone: 'warn' },
  low: { icon: 'empty', tone: 'idle' },
};

interface SeverityProps {
  readonly severity: HealthSeverity;
  readonly label: string;
  readonly isShapeOnly?: boolean;
}

export const SeverityOfFinding = ({ severity, ...rest }: SeverityProps) => (
  <Status {...looks[severity]} {...rest} />
);
