/** Routes of pushing: the stream of a push, plans, cancel, retry, and what a push has said (PU10 to PU21, PL1, EV26). */
import type { Context } from 'hono';
import type { Route } from '../../../../shared/api/define.ts';
import {
  cancelPush,
  planWorkItems,
  pushDocuments,
  pushWorkItems,
  readPlan,
  readPushEvents,
  retryPush,
} from '../../../../shared/api/pushes.ts';
import type { HttpEnv } from '../../../http/http-env.ts';
import { readBody } from '../../../http/read-body.ts';
import {
  maxBodyBytesOf,
  parseRequest,
  serveRead,
  serveWrite,
  type HttpKit,
} from '../../../http/serve-route.ts';
import { chooseMode, choosePlainMode } from './negotiate.ts';
import { answerPush, type AcceptPush, type StreamPush } from './push-answer.ts';
import type { PushCommands } from './push-commands.ts';
import type { PushPlace } from './push-place.ts';

export interface PushRoutesOptions {
  readonly commands: PushCommands;
  readonly stream: StreamPush;
  /** EV26: a stream from any cursor, or a page. */
  readonly readEvents: (c: Context<HttpEnv>, place: PushPlace) => Promise<Response>;
}

export function mountPushes(kit: HttpKit, { commands, stream, readEvents }: PushRoutesOptions): void {
  const { db } = kit;
  const answer = { db, stream };

  kit.app.post(pushWorkItems.path, async (c) => {
    const { text, value } = await readRequest(c, kit, pushWorkItems);
    const { params, query, body } = parseRequest(pushWorkItems, c, value);
    const mode = chooseMode(wishesOf(c));
    const asker = askerOf(c);
    return await answerPush(answer, c, {
      mode,
      text,
      accept: (note) =>
        commands.push({ project: params.project, query, body, signal: c.req.raw.signal }, { ...asker, note }),
    });
  });

  kit.app.post(retryPush.path, async (c) => {
    const { text, value } = await readRequest(c, kit, retryPush);
    const { params, body } = parseRequest(retryPush, c, value);
    const asker = askerOf(c);
    const ask = { id: params.id, only: body.only, signal: c.req.raw.signal };
    const accept: AcceptPush = (note) => commands.retry(ask, { ...asker, note });
    return await answerPush(answer, c, { mode: chooseMode(wishesOf(c)), text, accept });
  });

  kit.app.post(pushDocuments.path, async (c) => {
    const { text, value } = await readRequest(c, kit, pushDocuments);
    const { params, body } = parseRequest(pushDocuments, c, value);
    const asker = askerOf(c);
    const ask = { slug: params.slug, body, signal: c.req.raw.signal };
    if (body.dryRun)
      return c.json({ success: true as const, data: await commands.planDocuments(ask, asker) });
    const accept: AcceptPush = (note) => commands.pushDocuments(ask, { ...asker, note });
    return await answerPush(answer, c, { mode: choosePlainMode(wishesOf(c)), text, accept });
  });

  serveWrite(kit, planWorkItems, async ({ params, query, body }, { signal, ...asker }) => {
    const ask = { project: params.project, query, body: { ...body, planId: undefined }, signal };
    return { value: { success: true as const, data: await commands.plan(ask, asker) } };
  });

  serveRead(kit, readPlan, async ({ params }, { tx }) => ({
    success: true as const,
    data: await commands.readPlan(tx, params.planId),
  }));

  serveWrite(kit, cancelPush, async ({ params }) => {
    const data = await commands.cancel(params.id);
    return { value: { success: true as const, data }, status: data.status === 'cancelled' ? 200 : 202 };
  });

  kit.app.get(readPushEvents.path, async (c) => {
    const { params } = parseRequest(readPushEvents, c, undefined);
    return await readEvents(c, await commands.findPlace(params.id));
  });
}

function readRequest(c: Context<HttpEnv>, kit: HttpKit, route: Route) {
  kit.admitWrite?.();
  return readBody(c, maxBodyBytesOf(kit, route));
}

const wishesOf = (c: Context<HttpEnv>) => ({
  accept: c.req.header('accept'),
  prefer: c.req.header('prefer'),
});

const askerOf = (c: Context<HttpEnv>) => ({
  actor: c.get('actor'),
  origin: c.get('origin'),
  idempotencyKey: c.req.header('idempotency-key') ?? null,
});
