/** `npm run fixture:socket -- --port 3000`: for protocol suites that run from outside. */
import { parseArgs } from 'node:util';
import { openSocketFixture } from './fixture.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    host: { type: 'string', default: 'localhost' },
  },
});
const fixture = await openSocketFixture({ host: values.host, port: Number(values.port) });
process.stdout.write(`socket.io on ${fixture.url}/socket.io/, engine.io on ${fixture.url}/engine.io/\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void fixture[Symbol.asyncDispose]());
}
