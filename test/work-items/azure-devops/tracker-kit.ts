/** A tracker over a scripted service, and small things it is asked about. */
import { createTracker } from '../../../server/features/work-items/azure-devops/azure-tracker.ts';
import {
  TrackerFailure,
  type NewItem,
  type TargetProject,
  type Tracker,
} from '../../../server/features/work-items/tracker.ts';
import type { UpstreamCall } from '../../../server/platform/upstream/upstream.ts';
import { scriptUpstream, type Scripted, type ScriptedUpstream } from './scripted-upstream.ts';

export const fabrikam: TargetProject = {
  id: '6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c',
  name: 'Fabrikam',
  processName: 'Agile',
  processTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc',
};

export function trackOver(answer: (call: UpstreamCall, nth: number) => Scripted | Promise<Scripted>): {
  readonly tracker: Tracker;
  readonly upstream: ScriptedUpstream;
} {
  const upstream = scriptUpstream(answer);
  return { tracker: createTracker({ upstream, organization: 'Contoso' }), upstream };
}

export const toStory = (title: string): NewItem => ({
  type: 'User Story',
  patch: [{ op: 'add', path: '/fields/System.Title', value: title }],
});

export const toItem = (id: number, fields: Readonly<Record<string, unknown>> = {}, rest = {}) => ({
  id,
  rev: 1,
  fields: { 'System.TeamProject': 'Fabrikam', 'System.WorkItemType': 'User Story', ...fields },
  url: `https://dev.azure.com/Contoso/_apis/wit/workItems/${id}`,
  ...rest,
});

export async function failureOf(work: Promise<unknown>): Promise<TrackerFailure> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TrackerFailure) return error;
  throw new Error('It did not fail as a tracker fails.', { cause: error });
}

export const idsOf = ({ body }: UpstreamCall): readonly number[] => (body as { ids: number[] }).ids;
export const queryOf = ({ body }: UpstreamCall): string => (body as { query: string }).query;

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
