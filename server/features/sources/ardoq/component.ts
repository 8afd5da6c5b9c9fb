/** A component as Ardoq sends it: what the hierarchy needs is checked, everything else is kept for mapping (AR4). */
import { z } from 'zod';
import type { LeftOut } from '../../../../shared/views/ardoq.ts';

export const ArdoqComponent = z.looseObject({
  _id: z.string().min(1).max(255),
  name: z.string().nullish(),
  type: z.string(),
  parent: z.string().nullish(),
  rootWorkspace: z.string().nullish(),
});
export type ArdoqComponent = z.infer<typeof ArdoqComponent>;

/** One odd component never fails a read: it is left out and told (AR6, BR2). */
export interface ReadComponents {
  readonly components: readonly ArdoqComponent[];
  /** As Ardoq sent them, odd ones included. */
  readonly values: readonly unknown[];
  readonly odd: readonly LeftOut[];
}

/** Pages may shift while they are read: a component that comes twice counts once. */
export function readComponents(values: readonly unknown[]): ReadComponents {
  const byId = new Map<string, ArdoqComponent>();
  const odd: LeftOut[] = [];
  for (const value of values) {
    const read = ArdoqComponent.safeParse(value);
    if (!read.success) odd.push(toOdd(value, read.error));
    else if (!byId.has(read.data._id)) byId.set(read.data._id, read.data);
  }
  return { components: [...byId.values()], values, odd };
}

function toOdd(value: unknown, { issues: [issue] }: z.ZodError): LeftOut {
  const { _id, name, type } = Object(value) as Record<string, unknown>;
  const reason = `cannot be read: ${issue?.path.join('.') || 'it'} ${issue?.message ?? ''}`.trim();
  return { componentId: toText(_id), name: toText(name), type: toText(type), reason };
}

const toText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 255) : '');
