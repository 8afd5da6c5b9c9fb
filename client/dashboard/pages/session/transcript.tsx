/** What was said and done in a session, page by page. */
import { useSearchParams } from 'react-router';
import type { SessionRecordPage } from '../../../../shared/views/session.ts';
import { readText } from '../../address/read-text.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toCount, toPlural } from '../../format/numbers.ts';
import { toClock, toDateTime } from '../../format/time.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useSettled } from '../../use-settled.ts';
import { shownValue, useView } from '../../use-view.ts';
import { recordsView } from '../../views/sessions.ts';

type TranscriptRecord = SessionRecordPage['items'][number];
type Block = TranscriptRecord['blocks'][number];

export function Transcript({ slug, id }: { slug: string; id: string }) {
  const { caller } = useDashboard();
  const [query] = useSearchParams();
  const cursor = readText(query, 'records');
  const view = useSettled(useView(recordsView(caller, slug, id, cursor)));
  const total = shownValue(view.state)?.total;
  return (
    <Panel
      title="Transcript"
      aside={total !== undefined && <span className="muted small figure">{toPlural(total, 'record')}</span>}
    >
      <ViewBoundary view={view} noun="transcript">
        {({ items, next_cursor: nextCursor }) => (
          <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
            {items.length === 0 && <p className="muted">Nothing more was said.</p>}
            <ol className="transcript">
              {items.map((record) => (
                <RecordLine key={record.index} record={record} />
              ))}
            </ol>
            <CursorPager name="records" cursor={cursor} nextCursor={nextCursor} />
          </div>
        )}
      </ViewBoundary>
    </Panel>
  );
}

function RecordLine({ record }: { record: TranscriptRecord }) {
  const { index, at, type, role, blocks } = record;
  const speaker = toSpeaker(record);
  return (
    <li className={`record record-${toVoice(speaker)}`} id={`record-${index}`}>
      <p className="record-head small">
        <span className="strong">{speaker}</span>
        {role !== null && role !== type && type !== speaker && <span className="muted">{type}</span>}
        {at !== null && (
          <time className="muted figure" dateTime={at} title={toDateTime(at)}>
            {toClock(at)}
          </time>
        )}
        <span className="muted figure">#{toCount(index)}</span>
      </p>
      {blocks.map((block, position) => (
        <BlockText key={position} block={block} />
      ))}
    </li>
  );
}

/** What a tool answers is written down as if a person had said it. */
function toSpeaker({ type, role, blocks }: TranscriptRecord): string {
  const isAnswer = blocks.length > 0 && blocks.every(({ kind }) => kind === 'tool_result');
  return isAnswer ? 'tool' : (role ?? type);
}

/** Only two speakers look like speakers; the rest is machinery. */
const toVoice = (speaker: string): string =>
  speaker === 'user' || speaker === 'assistant' ? speaker : 'other';

/** Always text, never markup: a log may hold anything. */
function BlockText({ block }: { block: Block }) {
  if (block.kind === 'text') return <TextOf block={block} className="block-text" />;
  return (
    <details className="fold block-fold">
      <summary className="small">
        {toBlockName(block)} <span className="muted">{toGist(block.text)}</span>
      </summary>
      <TextOf block={block} className="block-text mono small" />
    </details>
  );
}

function toBlockName({ kind, tool, isError }: Block): string {
  switch (kind) {
    case 'text':
      return 'Text';
    case 'thinking':
      return 'Thinking';
    case 'tool_use':
      return `Calls ${tool ?? 'a tool'}`;
    case 'tool_result':
      return isError === true ? 'Failed' : 'Result';
    default:
      return kind satisfies never;
  }
}

const gistLength = 90;

function toGist(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > gistLength ? `${line.slice(0, gistLength)}…` : line;
}

function TextOf({ block: { text, truncated }, className }: { block: Block; className: string }) {
  return (
    <>
      <p className={className}>{text}</p>
      {truncated && <p className="muted small">Cut here; the whole text is in the log.</p>}
    </>
  );
}
