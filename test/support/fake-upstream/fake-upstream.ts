/**
 * A local stand-in for Azure DevOps and Ardoq, on a port of this machine: every rule the product depends on, every
 * fault it must survive (FK1 to FK18).
 */
import { createDescriptionCheck } from './description-check.ts';
import { createFake, toBreachText, type Fake } from './fake.ts';
import { openHttpFace } from './http-face.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { defaultSettings, type FakeSettings } from './world.ts';

export interface FakeOptions extends Partial<FakeSettings> {
  readonly port?: number;
  readonly switches?: Partial<Switches>;
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
  /** Without it a breach of the published descriptions fails the disposal, and so the test (FK1). */
  readonly allowsBreaches?: boolean;
}

export interface FakeUpstream extends Fake, AsyncDisposable {
  /** `apiHost` of a connection to either service. */
  readonly url: string;
  /** What a rule about hosts must let through. */
  readonly host: string;
}

export async function openFakeUpstream(options: FakeOptions = {}): Promise<FakeUpstream> {
  const { port = 0, switches = {}, nowMs = Date.now, allowsBreaches = false, ...settings } = options;
  const fake = createFake(
    { ...defaultSettings, ...settings },
    { ...defaultSwitches, ...switches },
    createDescriptionCheck(),
    nowMs,
  );
  const face = await openHttpFace(fake, port, nowMs);
  let isOpen = true;
  return {
    ...fake,
    url: face.url,
    host: new URL(face.url).host,
    async [Symbol.asyncDispose]() {
      await face[Symbol.asyncDispose]();
      const broken = isOpen && !allowsBreaches ? fake.breaches() : [];
      isOpen = false;
      if (broken.length > 0) throw new Error(toBreachText(broken));
    },
  };
}
