/** The AsyncAPI 3 document of the event stream: three ways to one journal, and every event that travels them (EV1). */
import { Bye, Hello, SubscribeAck, SubscribeMessage } from '../../shared/api/events.ts';
import { SynclineEvent } from '../../shared/events/index.ts';
import { nameSchemas, type NamedSchemas } from '../http/json-schemas.ts';
import { OperationRecord } from '../../shared/operations.ts';
import { Project } from '../../shared/views/project.ts';
import type { Json } from '../http/openapi.ts';

export function createAsyncApi(version: string): { readonly [key: string]: Json } {
  const events = SynclineEvent.options.map((option) => [toName(option.shape.type.value), option] as const);
  const named = nameSchemas([
    ['OperationRecord', OperationRecord],
    ['Project', Project],
    ...events,
    ['Hello', Hello],
    ['Bye', Bye],
    ['Subscribe', SubscribeMessage],
    ['Subscribed', SubscribeAck],
  ]);
  const messages = {
    ...Object.fromEntries(
      events.map(([name, option]) => [name, toMessage(option.shape.type.value, named, option)]),
    ),
    Hello: toMessage('hello', named, Hello),
    Bye: toMessage('bye', named, Bye),
    Subscribe: toMessage('subscribe', named, SubscribeMessage),
    Subscribed: toMessage('acknowledgement of subscribe', named, SubscribeAck),
  };
  const eventNames = events.map(([name]) => name);
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Syncline events',
      version,
      description: 'One durable journal. A reader that resumes from the last id it saw misses nothing.',
    },
    channels: {
      stream: {
        address: '/api/events',
        description: 'Server-Sent Events with `Accept: text/event-stream`, else one page as JSON',
        messages: toRefs([...eventNames, 'Hello', 'Bye']),
      },
      socket: {
        address: '/socket.io',
        description: 'socket.io, namespace `/`; every event arrives under the name `event`',
        messages: toRefs([...eventNames, 'Bye', 'Subscribe', 'Subscribed']),
      },
    },
    operations: {
      followStream: toOperation('send', 'stream', [...eventNames, 'Hello', 'Bye']),
      followSocket: toOperation('send', 'socket', [...eventNames, 'Bye']),
      subscribe: {
        ...toOperation('receive', 'socket', ['Subscribe']),
        reply: {
          channel: { $ref: '#/channels/socket' },
          messages: [{ $ref: '#/channels/socket/messages/Subscribed' }],
        },
      },
    },
    components: { messages, schemas: named.schemas },
  };
  return JSON.parse(JSON.stringify(document)) as { readonly [key: string]: Json };
}

/** `operation:queued` is `OperationQueued`. */
const toName = (type: string): string =>
  type
    .split(/[:-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const toMessage = (name: string, named: NamedSchemas, schema: Parameters<NamedSchemas['refTo']>[0]) => ({
  name,
  contentType: 'application/json',
  payload: named.refTo(schema),
});

const toRefs = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));

const toOperation = (action: 'send' | 'receive', channel: string, names: readonly string[]) => ({
  action,
  channel: { $ref: `#/channels/${channel}` },
  messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
});
