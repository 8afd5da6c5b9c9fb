/** Asks a fake in another process what an own one would be asked directly. */
import type { Breach, Fake, Seed, Seeded } from './fake.ts';
import type { FaultRule } from './faults.ts';
import type { LoggedRequest } from './request-log.ts';
import type { SnapshotItem } from './snapshot.ts';
import type { Switches } from './switches.ts';
import type { EarlyCall } from './throttle.ts';
import type { FieldValue } from './work-item.ts';

export class FakeControl {
  readonly #url: string;

  constructor(url: string) {
    this.#url = `${url}/__fake/`;
  }

  reset = (): Promise<void> => this.#ask('POST', 'reset', {});
  seed = (seed: Seed): Promise<Seeded> => this.#ask('POST', 'seed', seed);
  addFault = (rule: FaultRule): Promise<void> => this.#ask('POST', 'faults', rule);
  clearFaults = (): Promise<void> => this.#ask('DELETE', 'faults');
  requests = (): Promise<readonly LoggedRequest[]> => this.#ask('GET', 'requests');
  clearRequests = (): Promise<void> => this.#ask('DELETE', 'requests');
  breaches = (): Promise<readonly Breach[]> => this.#ask('GET', 'breaches');
  takeBreaches = (): Promise<readonly Breach[]> => this.#ask('DELETE', 'breaches');
  earlyCalls = (): Promise<readonly EarlyCall[]> => this.#ask('GET', 'early-calls');
  countByMarker = (): Promise<ReturnType<Fake['countByMarker']>> => this.#ask('GET', 'markers');
  items = (): Promise<readonly SnapshotItem[]> => this.#ask('GET', 'items');
  switches = (): Promise<Switches> => this.#ask('GET', 'switches');
  setSwitches = (changes: Partial<Switches>): Promise<Switches> => this.#ask('PATCH', 'switches', changes);

  touch = (id: number, fields: Readonly<Record<string, FieldValue>> = {}): Promise<void> =>
    this.#ask('POST', 'touch', { id, fields });

  async snapshot(): Promise<string> {
    return (await this.#ask<{ snapshot: string }>('GET', 'snapshot')).snapshot;
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`The fake refused ${method} ${path}: ${JSON.stringify(answer)}`);
    return answer as T;
  }
}
