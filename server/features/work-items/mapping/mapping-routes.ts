/** `/api/field-mapping`: people's own mappings and the templates of processes (FM3). */
import {
  changeFieldMappingConfig,
  createFieldMappingConfig,
  getFieldMappingConfig,
  listFieldMappingConfigs,
  listFieldMappingTemplates,
  removeFieldMappingConfig,
} from '../../../../shared/api/field-mappings.ts';
import { AppError } from '../../../../shared/failure.ts';
import type { RecordAct, RequestOrigin } from '../../../core/audit-act.ts';
import type { Json } from '../../../core/workflow.ts';
import { serveRead, serveWrite, type HttpKit } from '../../../http/serve-route.ts';
import type { Clock } from '../../../platform/clock.ts';
import { requireConfig } from './find-mapping.ts';
import { insertConfig, listConfigs, listTemplates, removeConfig, updateConfig } from './mapping-store.ts';
import type { ConfigRow, ConfigToWrite, WithRules } from './mapping-store.ts';
import { toConfigView, toTemplateView } from './mapping-view.ts';

export interface FieldMappingsOptions {
  readonly clock: Clock;
  readonly recordAct: RecordAct;
}

export function mountFieldMappings(kit: HttpKit, { clock, recordAct }: FieldMappingsOptions): void {
  serveRead(kit, listFieldMappingTemplates, async ({ query }, { tx }) => {
    const wanted = query.processTemplateName?.trim().toLowerCase();
    const all = await listTemplates(tx);
    const found = all.filter(
      (each) => wanted === undefined || each.processTemplateName.toLowerCase() === wanted,
    );
    return { success: true as const, data: found.map(toTemplateView), count: found.length };
  });

  serveRead(kit, listFieldMappingConfigs, async ({ query }, { tx }) => {
    const found = await listConfigs(tx, query.projectId);
    return { success: true as const, data: found.map(toConfigView), count: found.length };
  });

  serveRead(kit, getFieldMappingConfig, async ({ params }, { tx }) => ({
    success: true as const,
    data: toConfigView(await requireConfig(tx, params.id)),
  }));

  serveWrite(kit, createFieldMappingConfig, async ({ body }, { origin }) => {
    const made = await kit.db.transaction((tx) => insertConfig(tx, body, clock.now()));
    recordAct(toAct('config_created', made, {}, origin));
    return {
      value: { success: true as const, data: toConfigView(made), message: 'The field mapping was made.' },
    };
  });

  serveWrite(kit, changeFieldMappingConfig, async ({ params, body }, { origin }) => {
    const { former, changed } = await kit.db.transaction(async (tx) => {
      const found = await requireConfig(tx, params.id);
      return {
        former: found,
        changed: await updateConfig(tx, found, { ...found, ...definedOf(body) }, clock.now()),
      };
    });
    recordAct(toAct('config_updated', changed, toChanges(former, changed), origin));
    return {
      value: {
        success: true as const,
        data: toConfigView(changed),
        message: 'The field mapping was changed.',
      },
    };
  });

  serveWrite(kit, removeFieldMappingConfig, async ({ params }, { origin }) => {
    const gone = await kit.db.transaction(async (tx) => {
      const found = await requireConfig(tx, params.id);
      // Somebody else may have been faster.
      if (await removeConfig(tx, params.id)) return found;
      throw new AppError('NOT_FOUND', `Field mapping ${params.id} not found`);
    });
    recordAct(toAct('config_deleted', gone, {}, origin));
    return {
      value: { success: true as const, data: { id: gone.id }, message: 'The field mapping was removed.' },
    };
  });
}

type Given = Partial<{ [K in keyof ConfigToWrite]: ConfigToWrite[K] | undefined }>;

/** What a request does not name stays. */
const definedOf = (given: Given): Partial<ConfigToWrite> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

type ConfigAction = 'config_created' | 'config_updated' | 'config_deleted';

const toAct = (action: ConfigAction, { id, name }: ConfigRow, changes: Json, origin: RequestOrigin) => ({
  action,
  entity: 'configuration' as const,
  entityId: id,
  details: { config_type: 'field-mapping', config_name: name, changes },
  origin,
});

const watched = [
  'name',
  'projectId',
  'projectName',
  'description',
  'processTemplateName',
  'isDefault',
] as const;

/** Rules are counted, not listed. */
function toChanges(former: WithRules<ConfigRow>, changed: WithRules<ConfigRow>): Json {
  const named = watched
    .filter((field) => former[field] !== changed[field])
    .map((field) => [field, { from: former[field], to: changed[field] }] as const);
  const rules = { from: former.mappings.length, to: changed.mappings.length };
  const hasNewRules = JSON.stringify(former.mappings) !== JSON.stringify(changed.mappings);
  return Object.fromEntries<Json>([...named, ...(hasNewRules ? [['mappings', rules] as const] : [])]);
}
