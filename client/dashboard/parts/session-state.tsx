/** Whether an agent is still at work, as shape, colour and word. */
import type { SessionStatus } from '../../../shared/views/session.ts';
import type { IconName } from './icon.tsx';
import { Status } from './status.tsx';
import type { Tone } from './status.tsx';

interface Look {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly label: string;
}

const looks: Readonly<Record<SessionStatus, Look>> = {
  active: { icon: 'live', tone: 'busy', label: 'Active' },
  completed: { icon: 'completed', tone: 'idle', label: 'Ended' },
};

export const SessionState = ({ status }: { status: SessionStatus }) => <Status {...looks[status]} />;
