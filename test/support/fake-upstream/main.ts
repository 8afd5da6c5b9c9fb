/** The fake in a process of its own: it keeps its state while the product is killed (FK14). */
import { parseArgs } from 'node:util';
import { openFakeUpstream } from './fake-upstream.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    attached: { type: 'boolean', default: false },
    latency: { type: 'string', default: '0' },
  },
});

const fake = await openFakeUpstream({
  port: Number(values.port),
  seed: Number(values.seed),
  switches: { latencyMs: Number(values.latency) },
  // Whoever started this process asks for the breaches.
  allowsBreaches: true,
});
process.stdout.write(`${JSON.stringify({ url: fake.url })}\n`);

const stop = () => {
  process.stdin.destroy();
  void fake[Symbol.asyncDispose]();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// A test that dies leaves no fake behind.
if (values.attached) process.stdin.resume().once('end', stop);
