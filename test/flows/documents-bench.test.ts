import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase } from '../../server/db/open.ts';
import { sql } from 'drizzle-orm';
import { loadIndexed, upsertDocuments, updateDates, removeDocuments } from '../../server/features/documents/document-store.ts';
import { createTestDatabase } from '../support/database.ts';

test('bench', async () => {
  const database = await createTestDatabase();
  await migrateDatabase(database.url);
  const { db, client } = openDatabase(database.url);
  await client`insert into projects (id, slug, name, source_type, repo_branch, repo_path, auto_sync, watch, active, explicit_paths, paths, health, sync_status, created_at, updated_at)
   values ('p_1','a','a','local','main','x',false,false,false,'{}','{}','{}','synced',now(),now())`;
  const words = Array.from({ length: 900 }, (_, i) => `word${i % 97} "quoted" line\n`).join('').slice(0, 6000);
  const date = { value: '2026-02-17T09:30:00.000Z', confidence: 'high', source: 'git', reason: 'commit', precision: 'instant' } as const;
  const all = Array.from({ length: 20000 }, (_, i) => ({
    filePath: `stories/US${String(i).padStart(5, '0')}-some-story-name.md`, entry: '.', docId: `US${String(i).padStart(5, '0')}-some-story-name`, type: 'story',
    subtype: null, category: null, refId: `US${String(i).padStart(5, '0')}`, subjectId: null, title: `A story number ${i}`, rawStatus: 'Done', status: 'Done', canonicalStatus: 'completed' as const,
    owner: 'Ann', priority: 'P1', storyPoints: 3, epic: `EP${String(i % 100).padStart(4, '0')}`, story: null, dependsOn: ['US0001'], aliases: [],
    metadata: { reviewer: 'Bob' }, metadataValues: { status: ['Done'], reviewer: ['Bob'], epic: ['EP0001'] }, frontMatter: null,
    declaredDates: { created: '2026-01-01', updated: null, completed: null, started: null }, archived: false, text: randomBytes(700).toString('base64') + words, contentLength: 6900,
    fileHash: randomBytes(32).toString('hex'), sizeBytes: 7000, mtimeMs: 1770000000000 + i, dates: { created: date, updated: date, completed: null, last_activity: date }, fileDate: new Date('2026-02-17T09:30:00Z'), movedFrom: null as string | null, parserVersion: 1 }));
  const run = async (docs: typeof all) => {
    const t = performance.now(); let a = 0, u = 0; let busy = performance.eventLoopUtilization();
    for (let i = 0; i < docs.length; i += 200) {
      const r = await db.transaction((tx) => upsertDocuments(tx, 'p_1', docs.slice(i, i + 200)));
      a += r.added.length; u += r.updated.length;
    }
    const ms = performance.now() - t;
    return { perS: Math.round(docs.length / ms * 1000), a, u, elu: performance.eventLoopUtilization(busy).utilization };
  };
  console.log('insert', await run(all));
  console.log('same', await run(all));
  console.log('changed', await run(all.map((d) => ({ ...d, fileHash: d.fileHash + 'x' }))));
  console.log('moved', await run(all.slice(0, 2000).map((d) => ({ ...d, movedFrom: d.filePath, filePath: 'x/' + d.filePath }))));
  for (let i = 0; i < 2; i++) { const t = performance.now(); console.log((await loadIndexed(db, 'p_1')).length, 'load ms', performance.now() - t); }
  let t = performance.now();
  console.log(await db.transaction((tx) => updateDates(tx, 'p_1', all.map((d, i) => ({ ...d, fileDate: i % 10 ? d.fileDate : new Date() })))), 'dates ms', performance.now() - t);
  t = performance.now();
  console.log((await db.transaction((tx) => removeDocuments(tx, 'p_1', all.slice(5000).map((d) => d.filePath)))).length, 'remove ms', performance.now() - t);
  t = performance.now();
  await client.end();
  await database.drop();
}, 120000);
