import { describe, expect, test } from 'vitest';
import { Distribution, Distributions, Tally } from '../../server/core/tally.ts';
import { EventFigures } from '../../server/core/event-figures.ts';
import { metricTable } from '../../server/features/metrics/metric-table.ts';
import { toWatchReadings } from '../../server/figures/watch-readings.ts';
import { renderMetrics, type MetricDefinition } from '../../server/platform/metrics.ts';
import type { WatchStatus } from '../../shared/views/status.ts';
import { eventAt } from '../sdk/support/events.ts';
import { parseExposition, valueOf } from './exposition.ts';

describe('the text', () => {
  test('a counter and a gauge say their samples, labels escaped', async () => {
    const table = {
      jobs_total: { kind: 'counter', help: 'Jobs.', labels: ['name'] },
      heat: { kind: 'gauge', help: 'Heat.', labels: [] },
    } as const;

    const text = await renderMetrics(table, {
      jobs_total: [{ labels: { name: 'a"b\\c\nd' }, value: 3 }],
      heat: [{ value: -1.5 }],
    });
    const families = parseExposition(text);

    expect(families.get('jobs_total')).toEqual({
      name: 'jobs_total',
      help: 'Jobs.',
      type: 'counter',
      samples: [{ name: 'jobs_total', labels: { name: 'a"b\\c\nd' }, value: 3 }],
    });
    expect(valueOf(families, 'heat')).toBe(-1.5);
  });

  test('a figure that could not be read is absent, not zero', async () => {
    const table = { heat: { kind: 'gauge', help: 'Heat.', labels: [] } } as const;

    expect(parseExposition(await renderMetrics(table, { heat: [] })).has('heat')).toBe(false);
  });

  test('a histogram says how many were below each bound, their number and their sum', async () => {
    const table = { wait_seconds: { kind: 'histogram', help: 'Waits.', labels: ['kind'] } } as const;
    const waits = new Distributions(['kind'], [0.1, 1]);
    for (const seconds of [0.05, 0.1, 0.5, 7]) waits.observe(['short'], seconds);

    const { samples = [] } =
      parseExposition(await renderMetrics(table, { wait_seconds: waits.spreads })).get('wait_seconds') ?? {};

    expect(samples.map(({ name, labels, value }) => [name, labels.le, value])).toEqual([
      ['wait_seconds_bucket', '0.1', 2],
      ['wait_seconds_bucket', '1', 3],
      ['wait_seconds_bucket', '+Inf', 4],
      ['wait_seconds_sum', undefined, 7.65],
      ['wait_seconds_count', undefined, 4],
    ]);
    expect(samples.every(({ labels }) => labels.kind === 'short')).toBe(true);
  });
});

describe('names', () => {
  const table = Object.entries<MetricDefinition>(metricTable);

  test.each(table)('%s follows the conventions of Prometheus', (name, { kind, help, labels }) => {
    expect(name).toMatch(/^(syncline|process|nodejs)_[a-z_]+[a-z]$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|megabytes|percent)(_|$)/);
    expect(name).not.toMatch(/_(count|sum|bucket)$/);
    expect(help).toMatch(/^[A-Z0-9].*\.$|^[A-Z0-9].*\)\.$/s);
    expect(labels.every((label) => /^[a-z_]+$/.test(label) && label !== 'le')).toBe(true);
  });
});

describe('counting', () => {
  test('a tally tells each combination of labels apart', () => {
    const tally = new Tally(['kind', 'status']);
    tally.add(['a', 'b']);
    tally.add(['a', 'b'], 2);
    tally.add(['ab', '']);

    expect(tally.samples).toEqual([
      { labels: { kind: 'a', status: 'b' }, value: 3 },
      { labels: { kind: 'ab', status: '' }, value: 1 },
    ]);
  });

  test('a distribution puts a value on a bound below it', () => {
    const distribution = new Distribution([1, 2]);
    for (const value of [1, 2, 3]) distribution.observe(value);

    expect([distribution.counts, distribution.sum]).toEqual([[1, 1, 1], 6]);
  });

  test('an event type of a newer server adds no series of its own', () => {
    const figures = new EventFigures();
    for (const type of ['future:thing', 'future:other']) {
      figures.hear({ ...eventAt(1), type } as unknown as Parameters<EventFigures['hear']>[0]);
    }

    expect(figures.heard.samples).toEqual([{ labels: { type: 'unknown' }, value: 2 }]);
  });

  test('work items of a push are told apart by kind and outcome', () => {
    const figures = new EventFigures();
    for (const type of ['epic:created', 'epic:created', 'userstory:failed', 'overwrite:deleted']) {
      figures.hear({ ...eventAt(1), type } as unknown as Parameters<EventFigures['hear']>[0]);
    }

    expect(figures.pushedItems.samples).toEqual([
      { labels: { item: 'epic', outcome: 'created' }, value: 2 },
      { labels: { item: 'userstory', outcome: 'failed' }, value: 1 },
    ]);
  });

  test('however many projects are watched, few are named', () => {
    const status = { state: 'watching', pendingChanges: 0, consecutiveFailedDispatches: 0, repairsTotal: 1 };
    const all = Array.from({ length: 200 }, (_, index) => ({
      slug: `p${index}`,
      status: status as WatchStatus,
    }));

    const readings = toWatchReadings(all);

    expect(readings.syncline_watches).toEqual([{ labels: { state: 'watching' }, value: 200 }]);
    expect(readings.syncline_watch_repairs_total).toHaveLength(50);
  });
});
