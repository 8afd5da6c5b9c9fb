/** A server with a connection to a fake Azure DevOps, and pushes as a client on the wire makes them. */
import { expect } from 'vitest';
import type { PushSummary } from '../../shared/work-items.ts';
import {
  openFakeUpstream,
  type FakeOptions,
  type FakeUpstream,
} from '../support/fake-upstream/fake-upstream.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

export interface Frame {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

export interface PushRun {
  readonly status: number;
  readonly headers: Headers;
  readonly frames: readonly Frame[];
  readonly historyId: string;
  readonly summary: PushSummary;
}

export interface TreeNode {
  _id: string;
  name: string;
  type: 'Epic' | 'Feature' | 'User Story';
  description?: string;
  children?: TreeNode[];
  [key: string]: unknown;
}

export interface PushKit extends AsyncDisposable {
  readonly fake: FakeUpstream;
  readonly server: TestServer;
  readonly configId: string;
  /** To its end; `query` begins with `?`. */
  push(epics: readonly TreeNode[], query?: string, body?: Record<string, unknown>): Promise<PushRun>;
  /** The raw answer of a push. */
  send(body: unknown, query?: string, headers?: Record<string, string>): Promise<Response>;
  history(id: string): Promise<Record<string, unknown>>;
  items(id: string): Promise<Record<string, unknown>[]>;
  audit(action: string): Promise<Record<string, unknown>[]>;
}

export interface PushKitOptions {
  readonly fake?: FakeOptions;
  readonly settings?: Record<string, string>;
  readonly connection?: Record<string, unknown>;
}

export const project = 'Fabrikam';

export async function openPushKit(options: PushKitOptions = {}): Promise<PushKit> {
  const fake = await openFakeUpstream(options.fake);
  const server = await startTestServer({ SYNCLINE_ALLOWED_UPSTREAM_HOSTS: fake.host, ...options.settings });
  const created = await server.request('POST', '/api/azure-devops/configurations', {
    name: 'Fake',
    organization: 'contoso',
    patToken: 'fake-pat',
    apiHost: fake.url,
    setActive: true,
    ...options.connection,
  });
  const { data } = (await created.json()) as {
    data: { configuration: { id: string }; testResult: { success: boolean } };
  };
  expect(data.testResult).toMatchObject({ success: true });
  const send: PushKit['send'] = (body, query = '', headers = {}) =>
    server.request('POST', `/api/azure-devops/projects/${project}/workitems${query}`, body, headers);
  const read = async <T>(path: string) => (await server.json<{ data: T }>(path)).data;
  return {
    fake,
    server,
    configId: data.configuration.id,
    send,
    async push(epics, query, body = {}) {
      return await readRun(await send({ epics, ...body }, query));
    },
    history: (id) => read(`/api/sync-history/${id}`),
    async items(id) {
      const all: Record<string, unknown>[] = [];
      for (let offset = 0; ; offset += 500) {
        const page = await read<Record<string, unknown>[]>(
          `/api/sync-history/${id}/items?limit=500&offset=${offset}`,
        );
        all.push(...page);
        if (page.length < 500) return all;
      }
    },
    audit: (action) => read(`/api/audit-logs?limit=100&action_type=${action}`),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

export async function readRun(answer: Response): Promise<PushRun> {
  const frames = toFrames(await answer.text());
  const last = frames.at(-1);
  return {
    status: answer.status,
    headers: answer.headers,
    frames,
    historyId: (frames[0]?.data.syncHistoryId ?? '') as string,
    summary: last?.data.summary as PushSummary,
  };
}

/** As ArchBridge's own reader takes a stream apart (EV28). */
export function toFrames(text: string): Frame[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('\ndata: '))
    .map((block) => {
      const lineOf = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? '';
      const { type, data } = JSON.parse(lineOf('data')) as { type: string; data: Record<string, unknown> };
      expect(type).toBe(lineOf('event'));
      return { id: lineOf('id'), event: type, data };
    });
}

/** So many epics, each with so many features, each with so many stories. */
export function createTree(epics: number, features: number, stories: number): TreeNode[] {
  const range = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  return range(epics).map((e) => ({
    _id: `e${e}`,
    name: `Epic ${e}`,
    type: 'Epic',
    children: range(features).map((f) => ({
      _id: `e${e}f${f}`,
      name: `Feature ${e}.${f}`,
      type: 'Feature',
      children: range(stories).map((s) => ({
        _id: `e${e}f${f}s${s}`,
        name: `Story ${e}.${f}.${s}`,
        type: 'User Story',
        description: `As a user I want <b>${s}</b> & more`,
        priority: (s % 4) + 1,
      })),
    })),
  }));
}

export const typesOf = ({ frames }: PushRun): string[] => frames.map(({ event }) => event);

export function countTypes(run: PushRun): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of typesOf(run)) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
