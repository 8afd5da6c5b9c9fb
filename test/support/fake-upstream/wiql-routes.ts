/** Answers WIQL queries over the stored work items: ids only, at most 20,000 (AZ6). */
import { badQuery } from './azure-error.ts';
import { isTrue, ok, organizationUrl, type AzureContext } from './azure-context.ts';
import type { Reply } from './call.ts';
import { findField, type FieldDefinition } from './field-definition.ts';
import { splitTags } from './tags.ts';
import {
  parseWiql,
  type WiqlCondition,
  type WiqlOperator,
  type WiqlQuery,
  type WiqlValue,
} from './wiql-parser.ts';
import { currentVersion, firstVersion, parentOf, type WorkItem } from './work-item.ts';

const longestQuery = 32 * 1024;
const mostResults = 20_000;

export function postWiql(context: AzureContext): Reply {
  const { query: text = '' } = context.json as { readonly query?: string };
  if (text.length > longestQuery) throw badQuery('VS402335: The query is longer than 32 K characters.');
  const query = parseWiql(text);
  const top = Number(context.call.query.get('$top') ?? Infinity);
  const found = sorted(context, query, [...matches(context, query)]);
  const results = found.slice(0, top);
  if (results.length > mostResults) {
    throw badQuery(`VS402337: The number of work items returned exceeds the size limit of ${mostResults}.`);
  }
  const base = `${organizationUrl(context)}/_apis/wit`;
  const toReference = ({ referenceName, name }: FieldDefinition) => ({
    referenceName,
    name,
    url: `${base}/fields/${referenceName}`,
  });
  return ok({
    queryType: 'flat',
    queryResultType: 'workItem',
    asOf: new Date(context.world.nowMs()).toISOString(),
    columns: query.columns.map(toReference),
    sortColumns: query.orderBy.map(({ field, descending }) => ({ field: toReference(field), descending })),
    workItems: results.map(({ id }) => ({ id, url: `${base}/workItems/${id}` })),
  });
}

function* matches(context: AzureContext, { where }: WiqlQuery): Generator<WorkItem> {
  const tests = where.map((condition) => toTest(context, condition));
  const visibleFrom = context.world.nowMs() - context.world.switches.queryVisibleAfterMs;
  for (const item of context.world.items.all()) {
    if (item.deletedMs !== null || firstVersion(item).atMs > visibleFrom) continue;
    if (!context.world.projects.has(item.projectId)) continue;
    if (tests.every((test) => test(item))) yield item;
  }
}

type Comparable = string | number | undefined;

function toTest(
  context: AzureContext,
  { field, operator, values }: WiqlCondition,
): (item: WorkItem) => boolean {
  const hasDays = field.kind === 'dateTime' && !isTrue(context, 'timePrecision');
  const wanted = values.map((value) => toComparable(readValue(context, value), field, hasDays));
  const isTags = field.referenceName === 'System.Tags';
  return (item) => {
    const raw = valueOf(context, item, field);
    if (isTags && operator === 'contains') {
      const tags = splitTags(String(raw ?? '')).map((tag) => tag.toLowerCase());
      return tags.includes(String(wanted[0]));
    }
    return compare(toComparable(raw, field, hasDays), operator, wanted);
  };
}

function readValue(context: AzureContext, value: WiqlValue): string | number {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'number') return value.number;
  if (value.name !== '@project') throw badQuery(`TF51006: The macro ${value.name} is not supported here.`);
  if (context.project === null) throw badQuery('TF51011: @project needs a project in the URL.');
  return context.project.name;
}

function valueOf({ world }: AzureContext, item: WorkItem, { referenceName }: FieldDefinition): Comparable {
  const version = currentVersion(item);
  switch (referenceName) {
    case 'System.Id':
      return item.id;
    case 'System.Rev':
      return version.rev;
    case 'System.TeamProject':
      return world.projects.get(item.projectId)?.name;
    case 'System.WorkItemType':
      return item.type;
    case 'System.CreatedDate':
      return firstVersion(item).atMs;
    case 'System.ChangedDate':
      return version.atMs;
    case 'System.CreatedBy':
      return firstVersion(item).by;
    case 'System.ChangedBy':
      return version.by;
    case 'System.Parent':
      return parentOf(version);
    default: {
      const value = version.fields[referenceName];
      return typeof value === 'boolean' ? String(value) : value;
    }
  }
}

const dayMs = 86_400_000;

/** Numbers as numbers, dates as milliseconds (or days), text without case. */
function toComparable(value: Comparable, { kind, name }: FieldDefinition, hasDays: boolean): Comparable {
  if (value === undefined) return undefined;
  if (kind === 'dateTime') {
    const atMs = typeof value === 'number' ? value : Date.parse(value);
    if (Number.isNaN(atMs)) throw badQuery(`TF51008: "${value}" is no date for the field ${name}.`);
    if (hasDays && typeof value === 'string' && /\d{1,2}:\d{2}/.test(value)) {
      throw badQuery(
        'TF51573: You cannot supply a time with the date when running a query using date precision.',
      );
    }
    return hasDays ? Math.floor(atMs / dayMs) : atMs;
  }
  if (kind === 'integer' || kind === 'double') {
    const number = Number(value);
    if (Number.isNaN(number)) throw badQuery(`TF51008: "${value}" is no number for the field ${name}.`);
    return number;
  }
  return String(value).toLowerCase();
}

function compare(value: Comparable, operator: WiqlOperator, wanted: readonly Comparable[]): boolean {
  const [first] = wanted;
  switch (operator) {
    case '=':
      return value === first || (first === '' && value === undefined);
    case '<>':
      return value !== first && !(first === '' && value === undefined);
    case 'in':
      return wanted.includes(value);
    case 'contains':
      return value !== undefined && String(value).includes(String(first));
    case '>':
      return value !== undefined && first !== undefined && value > first;
    case '>=':
      return value !== undefined && first !== undefined && value >= first;
    case '<':
      return value !== undefined && first !== undefined && value < first;
    case '<=':
      return value !== undefined && first !== undefined && value <= first;
  }
}

/** The store hands items out in the order of their ids. */
function sorted(context: AzureContext, { orderBy }: WiqlQuery, items: WorkItem[]): WorkItem[] {
  const isById = orderBy.every(({ field, descending }) => field === findField('System.Id') && !descending);
  if (isById) return items.sort((a, b) => a.id - b.id);
  return items.sort((a, b) => {
    for (const { field, descending } of orderBy) {
      const [left, right] = [valueOf(context, a, field) ?? '', valueOf(context, b, field) ?? ''];
      if (left !== right) return (left < right ? -1 : 1) * (descending ? -1 : 1);
    }
    return a.id - b.id;
  });
}
