/** An outside service in memory: answers by script, judged as the real transport judges them. */
import { judgeAnswer } from '../../../server/platform/upstream/judge-answer.ts';
import type {
  Upstream,
  UpstreamCall,
  UpstreamCallOptions,
} from '../../../server/platform/upstream/upstream.ts';

export interface Scripted {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of JSON. */
  readonly page?: string;
}

export interface ScriptedUpstream extends Upstream {
  readonly calls: UpstreamCall[];
  readonly callOptions: UpstreamCallOptions[];
}

export function scriptUpstream(
  answer: (call: UpstreamCall, nth: number) => Scripted | Promise<Scripted>,
  baseUrl = 'https://dev.azure.com',
): ScriptedUpstream {
  const calls: UpstreamCall[] = [];
  const callOptions: UpstreamCallOptions[] = [];
  return {
    baseUrl,
    calls,
    callOptions,
    async call(call, options = {}) {
      calls.push(call);
      if (calls.length > patience) throw new Error(`More than ${patience} calls: this does not end.`);
      callOptions.push(options);
      const { status = 200, body, headers, page } = await answer(call, calls.length);
      const contentType = page === undefined ? 'application/json; charset=utf-8' : 'text/html';
      const text = page ?? (body === undefined ? '' : JSON.stringify(body));
      return judgeAnswer(
        'Azure DevOps',
        call,
        {
          status,
          headers: new Headers({ 'content-type': contentType, activityid: 'act-1', ...headers }),
          text,
        },
        null,
      );
    },
    async [Symbol.asyncDispose]() {},
  };
}

const patience = 1_000;

export const refuse = (
  status: number,
  typeKey: string,
  message: string,
  customProperties = {},
): Scripted => ({
  status,
  body: {
    $id: '1',
    customProperties,
    innerException: null,
    message,
    typeName: typeKey,
    typeKey,
    errorCode: 0,
  },
});
