/** `/metrics`: figures for Prometheus, gathered once for all who ask at the same time. */
import type { Hono } from 'hono';
import type { HttpEnv } from '../../http/http-env.ts';
import { contentType, renderMetrics, type Readings } from '../../platform/metrics.ts';
import { metricTable, type MetricTable } from './metric-table.ts';

export type GatherMetrics = () => Promise<Readings<MetricTable>>;

export function mountMetrics(app: Hono<HttpEnv>, gather: GatherMetrics): void {
  let scraping: Promise<string> | null = null;
  const scrape = async () => renderMetrics(metricTable, await gather());
  app.get('/metrics', async (c) => {
    scraping ??= scrape().finally(() => (scraping = null));
    return c.body(await scraping, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
}
