/** Everything in `docs/generated`, by file name: made of the contract alone, so that a test can tell whether it is fresh. */
import { createAsyncApi } from './delivery/asyncapi.ts';
import { createEventsPage } from './delivery/events-page.ts';
import { createMetricsPage } from './features/metrics/metrics-page.ts';
import { createApiPage } from './http/api-page.ts';
import { createOpenApi } from './http/openapi.ts';

export function generateDocuments(version: string): Readonly<Record<string, string>> {
  return {
    'api.md': createApiPage(),
    'events.md': createEventsPage(),
    'metrics.md': createMetricsPage(),
    'openapi.json': toText(createOpenApi(version)),
    'asyncapi.json': toText(createAsyncApi(version)),
  };
}

const toText = (document: object): string => `${JSON.stringify(document, null, 1)}\n`;
