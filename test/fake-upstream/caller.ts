/** Calls the fake as a client of the two services would. */
import type { FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of many shapes
  readonly body: any;
}

export interface CallOptions {
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the query unless the path has one of its own. */
  readonly version?: string | null;
}

const basic = `Basic ${Buffer.from(':fake-pat').toString('base64')}`;

export async function azure(
  fake: Pick<FakeUpstream, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  { type = typeOf(path, method), headers = {}, version = '7.1' }: CallOptions = {},
): Promise<Answer> {
  const query = version === null ? '' : `${path.includes('?') ? '&' : '?'}api-version=${version}`;
  const response = await fetch(`${fake.url}/contoso${path}${query}`, {
    method,
    redirect: 'manual',
    headers: { authorization: basic, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return readAnswer(response);
}

export async function ardoq(fake: Pick<FakeUpstream, 'url'>, path: string, headers = {}): Promise<Answer> {
  const url = path.startsWith('http') ? path : fake.url + path;
  return readAnswer(
    await fetch(url, { headers: { authorization: 'Bearer fake-token', 'x-org': 'acme', ...headers } }),
  );
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

function typeOf(path: string, method: string): string {
  const isPatch = /workitems\/(\$|\d)/i.test(path) && method !== 'DELETE';
  return isPatch ? 'application/json-patch+json' : 'application/json';
}

export interface PatchStep {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

export const set = (field: string, value: unknown): PatchStep => ({
  op: 'add',
  path: `/fields/${field}`,
  value,
});
export const title = (text: string): PatchStep => set('System.Title', text);
export const atRev = (rev: number): PatchStep => ({ op: 'test', path: '/rev', value: rev });

export const link = (rel: string, url: string, comment?: string): PatchStep => ({
  op: 'add',
  path: '/relations/-',
  value: { rel, url, ...(comment === undefined ? {} : { attributes: { comment } }) },
});

export const parent = (fake: Pick<FakeUpstream, 'url'>, id: number): PatchStep =>
  link('System.LinkTypes.Hierarchy-Reverse', `${fake.url}/contoso/_apis/wit/workItems/${id}`);

export const marker = (url: string): PatchStep => link('Hyperlink', url, 'syncline');

export const create = (
  fake: Pick<FakeUpstream, 'url'>,
  type: string,
  steps: readonly PatchStep[],
  query = '',
) => azure(fake, 'POST', `/Fabrikam/_apis/wit/workitems/$${encodeURIComponent(type)}${query}`, steps);

export const update = (
  fake: Pick<FakeUpstream, 'url'>,
  id: number,
  steps: readonly PatchStep[],
  query = '',
) => azure(fake, 'PATCH', `/_apis/wit/workitems/${id}${query}`, steps);

export const read = (fake: Pick<FakeUpstream, 'url'>, id: number) =>
  azure(fake, 'GET', `/_apis/wit/workitems/${id}?$expand=relations`);
