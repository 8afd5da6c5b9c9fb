/** How likely a link is wrong, as shape, colour and word. */
import type { Severity } from '../../../../shared/views/link-audit.ts';
import type { IconName } from '../../parts/icon.tsx';
import { Status } from '../../parts/status.tsx';
import type { Tone } from '../../parts/status.tsx';

interface Look {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly label: string;
}

const looks: Readonly<Record<Severity, Look>> = {
  high: { icon: 'failed', tone: 'bad', label: 'High' },
  medium: { icon: 'warning', tone: 'warn', label: 'Medium' },
  low: { icon: 'empty', tone: 'idle', label: 'Low' },
};

export const SeverityOfSuspect = ({ severity }: { severity: Severity }) => <Status {...looks[severity]} />;
