/** The control API under `/__fake`: what a test asks of a fake that runs in another process (FK13). */
import { readJson, type Call, type Reply } from './call.ts';
import type { Fake, Seed } from './fake.ts';
import type { FaultRule } from './faults.ts';
import type { Switches } from './switches.ts';
import type { FieldValue } from './work-item.ts';

type Handler = (fake: Fake, body: unknown) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  'POST reset': (fake) => fake.reset(),
  'POST seed': (fake, body) => fake.seed(body as Seed),
  'POST faults': (fake, body) => fake.addFault(body as FaultRule),
  'DELETE faults': (fake) => fake.clearFaults(),
  'GET snapshot': (fake) => ({ snapshot: fake.snapshot() }),
  'GET requests': (fake) => fake.requests(),
  'DELETE requests': (fake) => fake.clearRequests(),
  'GET breaches': (fake) => fake.breaches(),
  'DELETE breaches': (fake) => fake.takeBreaches(),
  'GET early-calls': (fake) => fake.earlyCalls(),
  'GET markers': (fake) => fake.countByMarker(),
  'GET items': (fake) => fake.items(),
  'POST touch': (fake, body) => {
    const { id, fields } = body as { id: number; fields?: Readonly<Record<string, FieldValue>> };
    fake.touch(id, fields);
  },
  'GET switches': (fake) => fake.switches,
  'PATCH switches': (fake, body) => Object.assign(fake.switches, body as Partial<Switches>),
};

export function answerControl(fake: Fake, call: Call): Reply {
  const handler = handlers[`${call.method} ${call.segments[1] ?? ''}`];
  if (handler === undefined)
    return { status: 404, body: { message: `No control ${call.method} ${call.target}` } };
  try {
    return { status: 200, body: handler(fake, readJson(call.text)) ?? {} };
  } catch (error) {
    return { status: 400, body: { message: error instanceof Error ? error.message : String(error) } };
  }
}
