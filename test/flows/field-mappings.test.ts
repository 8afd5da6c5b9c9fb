/** Field mappings over a migrated database: routes, tables, templates, and which of them a push goes by. */
import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditAct } from '../../server/core/audit-act.ts';
import { openJournal } from '../../server/core/journal.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { builtInRules } from '../../server/features/work-items/mapping/built-in-rules.ts';
import { findMapping } from '../../server/features/work-items/mapping/find-mapping.ts';
import { mountFieldMappings } from '../../server/features/work-items/mapping/mapping-routes.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { FieldMappingConfig, FieldMappingTemplate } from '../../shared/views/field-mapping.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let testDatabase: TestDatabase;
let database: Database;
let app: Hono<HttpEnv>;
const acts: AuditAct[] = [];
const unexpected: unknown[] = [];
let nowMs = Date.UTC(2026, 10, 21, 10);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url);
  database = openDatabase(testDatabase.url, { max: 4 });
  const { db } = database;
  const clock = { now: () => new Date((nowMs += 1000)), monotonicMs: () => 0 };
  const note = (fields: object) => void unexpected.push(fields);
  app = new Hono<HttpEnv>({ strict: false });
  app.onError(createErrorHandler({ error: note, warn: note, info() {}, debug() {} }));
  app.use(async (c, next) => {
    c.set('actor', { kind: 'user', name: 'Ada' });
    c.set('origin', { ip: '127.0.0.1', userAgent: 'test' });
    await next();
  });
  const kit = { app, db, journal: await openJournal(db, clock), maxBodyBytes: 1_000_000 };
  mountFieldMappings(kit, { clock, recordAct: (act) => void acts.push(act) });
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

async function request(method: string, path: string, body?: unknown) {
  const response = await app.request(`/api/field-mapping${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- looks into answers as a client without types does
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const rule = { ardoqField: 'name', azureDevOpsField: 'System.Title', workItemType: 'epic' };

let made = 0;
const toProject = () => `project-${(made += 1)}`;
const make = async (config: object) => (await request('POST', '/configs', config)).body.data;

const project = (id: string, processName: string | null = 'Agile') => ({
  id,
  name: `Name of ${id}`,
  processName,
  processTypeId: null,
});
const find = (
  id: string,
  choice: { configId?: string; templateName?: string; processName?: string | null } = {},
) =>
  findMapping(database.db, {
    configId: choice.configId ?? null,
    templateName: choice.templateName ?? null,
    project: project(id, choice.processName === undefined ? 'Agile' : choice.processName),
  });

describe('routes', () => {
  test('[FM3] a mapping is made, read, listed, changed and removed', async () => {
    const projectId = toProject();
    const created = await request('POST', '/configs', {
      name: ' Mine ',
      projectId,
      description: '',
      mappings: [rule],
    });
    const { id } = created.body.data;
    const read = await request('GET', `/configs/${id}`);
    const changed = await request('PUT', `/configs/${id}`, { name: 'Ours' });
    const listed = await request('GET', `/configs?projectId=${projectId}`);
    const removed = await request('DELETE', `/configs/${id}`);

    expect(created).toMatchObject({
      status: 201,
      body: { success: true, data: { name: 'Mine', isDefault: false } },
    });
    expect(created.body.data).not.toHaveProperty('description');
    expect(() => FieldMappingConfig.parse(created.body.data)).not.toThrow();
    expect(read).toMatchObject({ status: 200, body: { success: true, data: created.body.data } });
    expect(read.headers.has('etag')).toBe(true);
    expect(changed.body.data).toMatchObject({ id, name: 'Ours', mappings: [{ ardoqField: 'name' }] });
    expect(listed.body).toMatchObject({ success: true, count: 1, data: [{ id, name: 'Ours' }] });
    expect(removed).toMatchObject({ status: 200, body: { success: true, data: { id } } });
    expect((await request('GET', `/configs/${id}`)).status).toBe(404);
    expect(acts.filter(({ entityId }) => entityId === id).map(({ action }) => action)).toEqual([
      'config_created',
      'config_updated',
      'config_deleted',
    ]);
  });

  test.each([
    ['transform', { transform: 'html' }],
    ['transformFunction', { transformFunction: 'html' }],
    ['both', { transform: 'html', transformFunction: 'text' }],
  ])('[FM3] %s is accepted, and both words are returned', async (_word, words) => {
    const { mappings } = await make({ name: 'a', projectId: toProject(), mappings: [{ ...rule, ...words }] });

    expect(mappings).toMatchObject([{ transform: 'html', transformFunction: 'html' }]);
  });

  test('[FM10] a transform that nobody knows is stored as it was written', async () => {
    const { mappings } = await make({
      name: 'a',
      projectId: toProject(),
      mappings: [{ ...rule, transform: 'x => x' }],
    });

    expect(mappings[0].transform).toBe('x => x');
  });

  test('[FM3] new rules take the place of all old ones; a rule keeps its id, and its place in the list', async () => {
    const second = { ...rule, ardoqField: 'tags', azureDevOpsField: 'System.Tags' };
    const { id, mappings } = await make({ name: 'a', projectId: toProject(), mappings: [rule, second] });

    const changed = await request('PUT', `/configs/${id}`, {
      mappings: [
        { ...second, id: mappings[1].id },
        { ...rule, ardoqField: 'title', id: 'fm-of-somebody-else' },
      ],
    });

    expect(changed.body.data.mappings).toMatchObject([
      { id: mappings[1].id, ardoqField: 'tags' },
      { ardoqField: 'title' },
    ]);
    expect(changed.body.data.mappings[1].id).not.toBe('fm-of-somebody-else');
    expect((await request('GET', `/configs/${id}`)).body.data).toEqual(changed.body.data);
  });

  test('[FM3] the default moves: a project never has two, and never none in between', async () => {
    const projectId = toProject();
    const one = await make({ name: 'one', projectId, isDefault: true });
    const two = await make({ name: 'two', projectId, isDefault: true });
    const elsewhere = await make({ name: 'one', projectId: toProject(), isDefault: true });

    await request('PUT', `/configs/${one.id}`, { isDefault: true });

    const { data } = (await request('GET', `/configs?projectId=${projectId}`)).body;
    expect(data.map(({ id, isDefault }: FieldMappingConfig) => [id, isDefault])).toEqual([
      [two.id, false],
      [one.id, true],
    ]);
    expect((await request('GET', `/configs/${elsewhere.id}`)).body.data.isDefault).toBe(true);
  });

  test('[FM4] many who want the default at once leave exactly one', async () => {
    const projectId = toProject();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        request('POST', '/configs', { name: `n${index}`, projectId, isDefault: true }),
      ),
    );

    const { data } = (await request('GET', `/configs?projectId=${projectId}`)).body;
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect(data.filter(({ isDefault }: FieldMappingConfig) => isDefault)).toHaveLength(1);
  });

  test('[FM3] a name is taken once a project, by whoever comes first', async () => {
    const projectId = toProject();
    const answers = await Promise.all(
      [1, 2, 3].map(() => request('POST', '/configs', { name: 'same', projectId })),
    );
    const other = await make({ name: 'other', projectId });

    const renamed = await request('PUT', `/configs/${other.id}`, { name: 'same' });

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(renamed).toMatchObject({ status: 409, body: { success: false, code: 'DUPLICATE_NAME' } });
    expect((await request('POST', '/configs', { name: 'same', projectId: toProject() })).status).toBe(201);
  });

  test.each([
    ['no name', { projectId: 'p' }, 'name'],
    ['a blank name', { name: ' ', projectId: 'p' }, 'name'],
    ['no project', { name: 'a' }, 'projectId'],
    [
      'an unknown type',
      { name: 'a', projectId: 'p', mappings: [{ ...rule, workItemType: 'task' }] },
      'mappings.0.workItemType',
    ],
    [
      'a rule without a target',
      { name: 'a', projectId: 'p', mappings: [{ ...rule, azureDevOpsField: '' }] },
      'mappings.0',
    ],
    ['one source twice', { name: 'a', projectId: 'p', mappings: [rule, rule] }, 'mappings.1'],
  ])('[FM3] %s is refused', async (_what, body, path) => {
    const answer = await request('POST', '/configs', body);

    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'VALIDATION_FAILED' } });
    expect(JSON.stringify(answer.body.details)).toContain(path);
  });

  test.each([
    ['GET', '/configs/not%20an%20id', 400, 'INVALID_ID'],
    ['GET', '/configs/fm-config-0', 404, 'NOT_FOUND'],
    ['PUT', '/configs/fm-config-0', 404, 'NOT_FOUND'],
    ['DELETE', '/configs/fm-config-0', 404, 'NOT_FOUND'],
    ['GET', '/configs', 400, 'INVALID_PARAMETER'],
  ])('[FM3] %s %s is %d %s', async (method, path, status, code) => {
    const answer = await request(method, path, method === 'PUT' ? { name: 'x' } : undefined);

    expect(answer).toMatchObject({ status, body: { success: false, code } });
  });
});

describe('templates', () => {
  test('[FM4] the four processes are there with their true ids and the built-in rules', async () => {
    const { data, count } = (await request('GET', '/templates')).body;

    expect(count).toBe(4);
    expect(
      data.map((each: FieldMappingTemplate) => [each.processTemplateName, each.processTemplateId]),
    ).toEqual([
      ['Agile', 'adcc42ab-9882-485e-a3ed-7678f01f66bc'],
      ['Basic', 'b8a3a935-7e91-48b8-a94c-606d37c3e9f2'],
      ['CMMI', '27450541-8e31-4150-9947-dc59f998fc01'],
      ['Scrum', '6b724908-ef14-45cf-84f8-768b5384da45'],
    ]);
    for (const template of data) {
      expect(() => FieldMappingTemplate.parse(template)).not.toThrow();
      expect(
        template.mappings.map(({ id: _id, ...each }: { id: string }) => ({ ...each, transform: null })),
      ).toEqual(builtInRules);
    }
  });

  test('[FM3] one is found by the name of its process', async () => {
    expect((await request('GET', '/templates?processTemplateName=scrum')).body).toMatchObject({
      count: 1,
      data: [{ processTemplateName: 'Scrum' }],
    });
    expect((await request('GET', '/templates?processTemplateName=Odd')).body.data).toEqual([]);
  });

  test.each([
    ['an owner of both kinds', sql`'fm-config-x', 'fm-template-agile'`],
    ['no owner', sql`null, null`],
  ])('[FM4] a rule with %s is refused by the table itself', async (_what, owners) => {
    const statement = database.db.execute(sql`
      insert into field_mappings (id, config_id, template_id, position, ardoq_field, azure_devops_field, work_item_type)
      values (${`r-${(made += 1)}`}, ${owners}, 0, ${'x'}, ${'y'}, ${'epic'})`);

    await expect(statement).rejects.toMatchObject({ cause: { constraint_name: 'field_mappings_owner' } });
  });
});

test('[PU2] nothing that was asked for here was an unexpected failure', () => {
  expect(unexpected).toEqual([]);
});

describe('choice', () => {
  test('[FM2] the named mapping comes first, then the named template, the default, the process, the built-in', async () => {
    const id = toProject();
    const config = await make({ name: 'mine', projectId: id, mappings: [rule] });
    await make({ name: 'ours', projectId: id, isDefault: true, mappings: [rule] });

    expect(await find(id, { configId: config.id, templateName: 'Scrum' })).toMatchObject({
      level: 'config',
      name: 'mine',
    });
    expect(await find(id, { templateName: 'scrum' })).toMatchObject({
      level: 'named-template',
      name: 'Scrum',
    });
    expect(await find(id)).toMatchObject({
      level: 'project-default',
      name: 'ours',
      rules: [{ ...rule, transform: null }],
    });
    expect(await find(toProject())).toMatchObject({
      level: 'process-template',
      name: 'Agile',
      rules: builtInRules,
    });
    expect(await find(toProject(), { processName: 'Contoso Agile' })).toMatchObject({
      level: 'built-in',
      warnings: [],
    });
    expect(await find(toProject(), { processName: null })).toMatchObject({
      level: 'built-in',
      rules: builtInRules,
    });
  });

  test('[FM2] a default made for the name of a project holds for its id too', async () => {
    const id = toProject();
    await make({ name: 'ours', projectId: `NAME OF ${id}`, isDefault: true });

    expect(await find(id)).toMatchObject({ level: 'project-default', name: 'ours' });
  });

  test('[FM2] an unknown mapping is not found; one of another project is used with a warning', async () => {
    const config = await make({ name: 'mine', projectId: toProject(), projectName: 'Borealis' });

    await expect(find(toProject(), { configId: 'fm-config-0' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await find(toProject(), { configId: config.id })).toMatchObject({
      level: 'config',
      warnings: [{ code: 'mapping_of_other_project', message: expect.stringContaining('Borealis') }],
    });
  });

  test('[FM2] a template that nobody knows is a warning that names the level used', async () => {
    const { level, warnings } = await find(toProject(), { templateName: 'Odd' });

    expect(level).toBe('process-template');
    expect(warnings).toMatchObject([{ code: 'mapping_fallback' }]);
    expect(warnings[0]?.message).toMatch(/"Odd".*the template "Agile" is used/);
  });

  test('[FM2] tables that cannot be read are a warning, and the push goes by the built-in mapping', async () => {
    await database.db.execute(sql`alter table field_mappings rename to field_mappings_away`);
    try {
      const { level, warnings } = await find(toProject());

      expect(level).toBe('built-in');
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringMatching(/Agile.*could not be read.*built-in/),
      ]);
    } finally {
      await database.db.execute(sql`alter table field_mappings_away rename to field_mappings`);
    }
  });
});
