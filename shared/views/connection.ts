/** A connection to an outside service as everybody may see it: whatever opens a door is left out (CN2). */
import { z } from 'zod';
import { Timestamp } from '../ids.ts';

export const ConnectionKind = z.enum(['ardoq', 'azure-devops']);
export type ConnectionKind = z.infer<typeof ConnectionKind>;

export const serviceNames: Readonly<Record<ConnectionKind, string>> = {
  ardoq: 'Ardoq',
  'azure-devops': 'Azure DevOps',
};

/** The read-only connection that the environment describes (CN8). */
export const environmentConnectionId = 'env';

const facts = {
  id: z.string(),
  name: z.string(),
  apiHost: z.string(),
  isActive: z.boolean(),
  isTested: z.boolean(),
  testPassed: z.boolean(),
  testError: z.string().optional(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
};

export const ArdoqConnection = z.object({ ...facts, orgLabel: z.string().optional() });
export type ArdoqConnection = z.infer<typeof ArdoqConnection>;

/** How a push to this connection writes and finds its work items. */
export interface PushSettings {
  /** Begins every marker; fixed when the connection is made, or markers would be lost (RC3). */
  readonly markerBase: string;
  /** Reference name of a field that carries the key of the source as well. */
  readonly markerField: string | null;
  readonly useBatch: boolean;
  readonly pushConcurrency: number;
}

export const AzureDevOpsConnection = z.object({
  ...facts,
  organization: z.string(),
  markerBase: z.string(),
  markerField: z.string().optional(),
  useBatch: z.boolean(),
  pushConcurrency: z.number().int(),
});
export type AzureDevOpsConnection = z.infer<typeof AzureDevOpsConnection>;

/** The stricter one first: the other would take it and drop what it does not know. */
export const Connection = z.union([AzureDevOpsConnection, ArdoqConnection]);
export type Connection = z.infer<typeof Connection>;

/** What a service says of those who may enter: user and organisation (Ardoq), or projects (Azure DevOps). */
export const ConnectionFacts = z.object({
  user: z.looseObject({ email: z.string().optional() }).optional(),
  organization: z.looseObject({ label: z.string().optional(), name: z.string().optional() }).optional(),
  projects: z.array(z.looseObject({ id: z.string(), name: z.string() })).optional(),
  projectCount: z.number().int().optional(),
});
export type ConnectionFacts = z.infer<typeof ConnectionFacts>;

export const TestResult = z.discriminatedUnion('success', [
  z.object({ success: z.literal(true), ...ConnectionFacts.shape, timestamp: Timestamp }),
  z.object({ success: z.literal(false), error: z.string(), timestamp: Timestamp }),
]);
export type TestResult = z.infer<typeof TestResult>;
