/** Probes: is the process alive, is it ready, how is everything (SH, ST4). */
import { z } from 'zod';
import { Health, Readiness, SystemHealth } from '../views/status.ts';
import { defineRoute } from './define.ts';

export const readHealth = defineRoute({
  method: 'GET',
  path: '/api/health',
  summary: 'How the server is doing; 503 in the same shape when the database is away',
  role: 'viewer',
  answer: Health,
  status: 200,
});

export const readSystemHealth = defineRoute({
  method: 'GET',
  path: '/api/v1/system/health',
  summary: 'Database, migrations and search index; 503 in the same shape when unhealthy',
  role: 'anyone',
  answer: SystemHealth,
  status: 200,
});

export const readLiveness = defineRoute({
  method: 'GET',
  path: '/livez',
  summary: 'The event loop turns',
  role: 'anyone',
  answer: z.object({ status: z.literal('live') }),
  status: 200,
});

export const readReadiness = defineRoute({
  method: 'GET',
  path: '/readyz',
  summary: 'The server takes requests',
  role: 'anyone',
  answer: Readiness,
  status: 200,
});
