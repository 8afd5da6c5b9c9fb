/** What the demonstration pushes, and the stream it gets for it. */
import type { PushSummary } from '../../shared/work-items.ts';

export interface DemoNode {
  _id: string;
  name: string;
  type: 'Epic' | 'Feature' | 'User Story';
  description?: string;
  priority?: number;
  children?: DemoNode[];
}

export interface Streamed {
  /** As they came over the wire. */
  readonly frames: readonly string[];
  readonly historyId: string;
  readonly summary: PushSummary;
}

export function createTree(size: { epics: number; features: number; stories: number }): DemoNode[] {
  return range(size.epics).map((e) => ({
    _id: `epic-${e}`,
    name: `Epic ${e}`,
    type: 'Epic',
    description: `What number ${e} is for.`,
    children: range(size.features).map((f) => ({
      _id: `epic-${e}-feature-${f}`,
      name: `Feature ${e}.${f}`,
      type: 'Feature',
      children: range(size.stories).map((s) => ({
        _id: `epic-${e}-feature-${f}-story-${s}`,
        name: `Story ${e}.${f}.${s}`,
        type: 'User Story',
        description: `As a user I want <b>${s}</b> & more.`,
        priority: (s % 4) + 1,
      })),
    })),
  }));
}

export async function readStream(answer: Response): Promise<Streamed> {
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`The push was refused: ${answer.status} ${text}`);
  const frames = text.split('\n\n').filter((block) => block.includes('\ndata: '));
  const dataOf = (frame = '') =>
    (JSON.parse(/\ndata: (.*)$/.exec(frame)?.[1] ?? '{}') as { data?: Record<string, unknown> }).data ?? {};
  const { summary, error } = dataOf(frames.at(-1));
  if (summary === undefined) throw new Error(`The push ended without a summary: ${String(error)}`);
  return {
    frames,
    historyId: String(dataOf(frames[0])['syncHistoryId']),
    summary: summary as PushSummary,
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
