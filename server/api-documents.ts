/** `GET /api/openapi.json` and `GET /api/asyncapi.json`: the contract, served by the server that keeps it (GR10). */
import type { Hono } from 'hono';
import { createAsyncApi } from './delivery/asyncapi.ts';
import type { HttpEnv } from './http/http-env.ts';
import { createOpenApi } from './http/openapi.ts';

export function mountApiDocuments(app: Hono<HttpEnv>, version: string): void {
  app.get('/api/openapi.json', (c) => c.json(createOpenApi(version)));
  app.get('/api/asyncapi.json', (c) => c.json(createAsyncApi(version)));
}
