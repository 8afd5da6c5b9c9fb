/** Where and when a session ran, and the log it was read from. */
import type { SessionDetail } from '../../../../shared/views/session.ts';
import { toWords } from '../../format/labels.ts';
import { toConfidence } from '../../format/links.ts';
import { toBytes, toCount, toPlural } from '../../format/numbers.ts';
import { toDateTime, toDuration } from '../../format/time.ts';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Age } from '../../parts/time.tsx';

export function SessionFacts({ session }: { session: SessionDetail }) {
  const { startedAt, endedAt, activeAt, userMessages, assistantMessages } = session;
  const lastedMs = startedAt === null ? null : Date.parse(endedAt ?? activeAt) - Date.parse(startedAt);
  return (
    <>
      <Panel title="Session">
        <Facts
          facts={[
            { name: 'Id', value: <code className="id">{session.id}</code> },
            {
              name: 'Agent',
              value: [toWords(session.agent), session.programVersion, session.provider]
                .filter((part) => part !== null)
                .join(' · '),
            },
            { name: 'Models', value: session.models.join(', ') },
            {
              name: 'Title',
              value: `${toWords(session.titleSource)}, confidence ${toConfidence(session.titleConfidence)}`,
            },
            { name: 'Started', value: startedAt && toDateTime(startedAt) },
            { name: 'Last active', value: <Age at={activeAt} /> },
            { name: 'Lasted', value: lastedMs !== null && lastedMs >= 0 ? toDuration(lastedMs) : null },
            {
              name: 'Messages',
              value: `${toCount(userMessages)} from people, ${toCount(assistantMessages)} from the model`,
            },
            { name: 'Tool calls', value: toCalls(session) },
            { name: 'Branch', value: session.branches.join(', ') },
            { name: 'Folder', value: session.cwd && <code>{session.cwd}</code> },
            { name: 'Begun at', value: session.startCommit && <code>{session.startCommit}</code> },
            { name: 'Permissions', value: session.permissionMode },
            { name: 'Effort', value: session.effort },
            { name: 'Compactions', value: session.compactions > 0 ? toCount(session.compactions) : null },
            { name: 'API errors', value: session.apiErrors > 0 ? toCount(session.apiErrors) : null },
          ]}
        />
      </Panel>
      <Panel title="Log">
        <Facts
          facts={[
            { name: 'File', value: <code>{session.logPath}</code> },
            { name: 'Size', value: `${toBytes(session.logBytes)}, ${toPlural(session.lines, 'line')}` },
            {
              name: 'Unreadable',
              value: session.invalidLines > 0 ? toPlural(session.invalidLines, 'line') : null,
            },
            { name: 'Cut', value: session.longLines > 0 ? toPlural(session.longLines, 'line') : null },
            {
              name: 'Masked',
              value: session.maskedSecrets > 0 ? toPlural(session.maskedSecrets, 'secret') : null,
            },
          ]}
        />
      </Panel>
    </>
  );
}

function toCalls({ toolCalls, failedToolCalls }: SessionDetail): string {
  return failedToolCalls === 0
    ? toCount(toolCalls)
    : `${toCount(toolCalls)}, ${toCount(failedToolCalls)} failed`;
}
