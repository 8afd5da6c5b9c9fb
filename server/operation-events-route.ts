/** `GET /api/cache/operations/{id}/events`: the event stream narrowed to one operation, from its first event (OP34). */
import { pollOperationEvents } from '../shared/api/events.ts';
import { AppError } from '../shared/failure.ts';
import { OperationId } from '../shared/ids.ts';
import { findFirstSeq } from './core/journal-rows.ts';
import { findOperation } from './core/operation-store.ts';
import type { EventsHandler } from './delivery/events-handler.ts';
import type { HttpKit } from './http/serve-route.ts';

export function mountOperationEvents(kit: HttpKit, events: EventsHandler): void {
  kit.app.get(pollOperationEvents.path, async (c) => {
    const id = c.req.param('id');
    const isKnown = OperationId.safeParse(id).success && (await findOperation(kit.db, id)) !== undefined;
    if (!isKnown) throw new AppError('NOT_FOUND', `Operation ${id} not found`);
    return await events(c, { topic: `operation:${id}`, firstSeq: await findFirstSeq(kit.db, id) });
  });
}
