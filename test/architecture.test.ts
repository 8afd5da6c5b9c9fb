/** Compares every import line with the layer table of ARCHITECTURE.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Source {
  readonly path: string;
  readonly text: string;
  /** Relative imports as paths from the root, packages by name. */
  readonly imports: readonly string[];
}

const sources = ['server', 'shared', 'client'].flatMap(listFiles).map(readSource);

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((child) => {
    const path = `${folder}/${child.name}`;
    if (child.isDirectory()) return listFiles(path);
    return /\.tsx?$/.test(child.name) ? [path] : [];
  });
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const lines = text.matchAll(
    /^(?:import|export)\b[^;'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  const imports = [...lines].map(([, from, bare, dynamic]) => {
    const target = from ?? bare ?? dynamic ?? '';
    return target.startsWith('.') ? normalize(join(dirname(path), target)) : target;
  });
  return { path, text, imports };
}

/** Each layer with what it may import; the first that fits a path is its layer. */
const layers: readonly (readonly [layer: RegExp, mayImport: readonly RegExp[]])[] = [
  [/^shared\//, [/^shared\//]],
  [/^client\/sdk\//, [/^client\/sdk\//, /^shared\//]],
  [/^client\//, [/^client\//, /^shared\//]],
  [/^server\/platform\//, [/^server\/platform\//, /^shared\//]],
  [/^server\/db\//, [/^server\/(db|platform)\//, /^shared\//]],
  [/^server\/core\//, [/^server\/(core|db|platform)\//, /^shared\//]],
  [/^server\/http\//, [/^server\/(http|core|db|platform)\//, /^shared\//]],
  [/^server\/delivery\//, [/^server\/(delivery|http|core)\//, /^shared\//]],
  [/^server\/features\//, [/^server\/(features|http|core|db|platform)\//, /^shared\//]],
  [/^server\//, [/^server\//, /^shared\//, /^client\/sdk\//]],
];

const isRelative = (target: string): boolean => /^(server|shared|client)\//.test(target);
const featureOf = (path: string): string | undefined => /^server\/features\/([^/]+)\//.exec(path)?.[1];

test('imports point down only', () => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const allowed = layers.find(([layer]) => layer.test(path))?.[1] ?? [];
    return imports
      .filter((target) => isRelative(target) && !allowed.some((layer) => layer.test(target)))
      .map((target) => `${path} -> ${target}`);
  });

  expect(wrong).toEqual([]);
});

test('features never import one another', () => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const feature = featureOf(path);
    if (feature === undefined) return [];
    return imports
      .filter((target) => (featureOf(target) ?? feature) !== feature)
      .map((target) => `${path} -> ${target}`);
  });

  expect(wrong).toEqual([]);
});

test('the contract imports zod only', () => {
  const wrong = sources
    .filter(({ path }) => path.startsWith('shared/'))
    .flatMap(({ path, imports }) =>
      imports
        .filter((target) => !isRelative(target) && target !== 'zod')
        .map((target) => `${path} -> ${target}`),
    );

  expect(wrong).toEqual([]);
});

test('no file imports itself by a detour', () => {
  const graph = new Map(sources.map(({ path, imports }) => [path, imports.filter(isRelative)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (way.includes(path) || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };

  for (const path of graph.keys()) visit(path, []);

  expect(cycles).toEqual([]);
});

test('the environment is read at the process edge only', () => {
  const readers = sources.filter(({ text }) => text.includes('process.env')).map(({ path }) => path);

  expect(readers).toEqual(['server/main.ts']);
});

test.each([
  ['chokidar', ['server/platform/watcher.ts']],
  ['simple-git', ['server/platform/git-commit.ts', 'server/platform/git.ts']],
  ['pino', ['server/platform/logger.ts']],
  ['yaml', ['server/features/documents/parse/safe-yaml.ts']],
  ['socket.io', ['server/delivery/socket']],
  ['dompurify', ['client/dashboard/pages/document/document-body.tsx']],
  ['markdown-it', ['client/dashboard/markdown/', 'server/features/work-items/mapping/rich-text.ts']],
  ['sanitize-html', ['server/features/work-items/mapping/rich-text.ts']],
  ['undici', ['server/platform/upstream/exchange.ts']],
  ['prom-client', ['server/platform/metrics.ts']],
])('%s is imported at its own place only', (name, places) => {
  const importers = sources.filter(({ imports }) => imports.includes(name)).map(({ path }) => path);

  expect(importers.length).toBeGreaterThan(0);
  expect(importers.filter((path) => !places.some((place) => path.startsWith(place)))).toEqual([]);
});

const tables: Readonly<Record<string, string>> = {
  journal: 'server/core/journal-rows.ts',
  journal_state: 'server/core/journal-rows.ts',
  operations: 'server/core/operation-store.ts',
  operation_phases: 'server/core/operation-store.ts',
  leases: 'server/core/leases.ts',
  idempotency_keys: 'server/http/idempotency.ts',
  projects: 'server/features/projects/project-store.ts',
  documents: 'server/features/documents/document-store.ts',
  former_documents: 'server/features/documents/document-store.ts',
  file_stamps: 'server/features/indexing/stamp-store.ts',
  issues: 'server/features/indexing/issue-store.ts',
  operation_issues: 'server/features/indexing/issue-store.ts',
  git_histories: 'server/features/indexing/git-store.ts',
  sessions: 'server/features/sessions/session-store.ts',
  session_logs: 'server/features/sessions/log-store.ts',
  session_usage: 'server/features/sessions/usage-store.ts',
  session_usage_totals: 'server/features/sessions/usage-store.ts',
  session_facts: 'server/features/sessions/fact-store.ts',
  session_commits: 'server/features/sessions/commit-store.ts',
  session_records: 'server/features/sessions/record-store.ts',
  session_commit_windows: 'server/features/sessions/commit-window-store.ts',
  features: 'server/features/plans/plan-store.ts',
  feature_phases: 'server/features/plans/plan-store.ts',
  tasks: 'server/features/plans/plan-store.ts',
  links: 'server/features/links/link-store.ts',
  unresolved_references: 'server/features/links/link-store.ts',
  feature_evidence: 'server/features/links/link-store.ts',
  link_reviews: 'server/features/links/reviews-store.ts',
  search_entries: 'server/features/search/search-store.ts',
  search_parts: 'server/features/search/search-store.ts',
  analytics: 'server/features/analytics/capture.ts',
  session_commit_checks: 'server/features/sessions/commit-store.ts',
  decided_links: 'server/features/links/link-store.ts',
  link_state: 'server/features/links/link-store.ts',
  search_state: 'server/features/search/search-store.ts',
  plan_state: 'server/features/plans/plan-store.ts',
  connections: 'server/features/connections/connection-store.ts',
  field_mapping_configs: 'server/features/work-items/mapping/mapping-store.ts',
  field_mapping_templates: 'server/features/work-items/mapping/mapping-store.ts',
  field_mappings: 'server/features/work-items/mapping/mapping-store.ts',
  work_item_ledger: 'server/features/work-items/run/ledger-store.ts',
  push_jobs: 'server/features/work-items/run/push-store.ts',
  push_results: 'server/features/work-items/run/result-store.ts',
  push_plans: 'server/features/work-items/run/plan-store.ts',
  sync_history: 'server/features/history/history-store.ts',
  sync_history_items: 'server/features/history/history-store.ts',
  audit_logs: 'server/features/history/audit-store.ts',
  access_tokens: 'server/features/access/token-store.ts',
  access_tickets: 'server/features/access/ticket-store.ts',
};

test.each(Object.entries(tables))('the table %s has one writing file', (table, writer) => {
  const camel = table.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const statement = new RegExp(
    String.raw`(insert into|delete from|update) ${table}\b|\.(insert|update|delete)\((${camel}|${camel.replace(/s$/, '')}Table)\)`,
  );

  const writers = sources.filter(({ text }) => statement.test(text)).map(({ path }) => path);

  expect(writers.filter((path) => path !== writer)).toEqual([]);
});
