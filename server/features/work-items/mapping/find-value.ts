/** Finds a value in a source node by the path a rule names, and says where it was (FM6). */

export interface FoundValue {
  /** As it is written in the node. */
  readonly path: string;
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** By dotted path, then in customFields, then whatever the case, then by the names that others give the same thing. */
export function findValue(node: Fields, path: string): FoundValue | undefined {
  return findSpelled(node, path) ?? findSynonym(node, path);
}

function findSpelled(node: Fields, path: string): FoundValue | undefined {
  const { customFields } = node;
  const custom = isFields(customFields) ? customFields : {};
  return (
    walk(node, path, byName) ??
    inCustomFields(walk(custom, path, byName)) ??
    walk(node, path, inAnyCase) ??
    inCustomFields(walk(custom, path, inAnyCase))
  );
}

function findSynonym(node: Fields, path: string): FoundValue | undefined {
  const group = synonyms.find((names) => names.some((name) => toLoose(name) === toLoose(path))) ?? [];
  for (const name of group) {
    const found = findSpelled(node, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const synonyms: readonly (readonly string[])[] = [
  ['lastUpdatedBy', '_meta.lastModifiedByName', '_meta.lastModifiedBy', '_meta.lastModifiedByEmail'],
  ['lastUpdatedDate', '_meta.lastUpdated'],
  ['createdBy', '_meta.createdByName', '_meta.createdBy', '_meta.createdByEmail'],
  ['createdDate', '_meta.created'],
  ['output', 'definitionOfDone', 'outputDefinitionOfDone'],
  ['acceptanceCriteria', 'acceptance'],
  ['points', 'storyPoints', 'estimate'],
  ['tags', 'labels'],
];

const inCustomFields = (found: FoundValue | undefined): FoundValue | undefined =>
  found && { path: `customFields.${found.path}`, value: found.value };

type FindKey = (fields: Fields, name: string) => string | undefined;

/** A key may itself hold dots: the whole path is tried before its parts. */
function walk(fields: Fields, path: string, findKey: FindKey): FoundValue | undefined {
  const whole = findKey(fields, path);
  if (whole !== undefined && isFilled(fields[whole])) return { path: whole, value: fields[whole] };
  const dot = path.indexOf('.');
  if (dot < 1) return undefined;
  const head = findKey(fields, path.slice(0, dot));
  const inner = head === undefined ? undefined : fields[head];
  if (head === undefined || !isFields(inner)) return undefined;
  const found = walk(inner, path.slice(dot + 1), findKey);
  return found && { path: `${head}.${found.path}`, value: found.value };
}

const byName: FindKey = (fields, name) => (Object.hasOwn(fields, name) ? name : undefined);

/** In order of the alphabet: a stored tree may have its keys in another order. */
const inAnyCase: FindKey = (fields, name) => {
  const wanted = toLoose(name);
  const matches = Object.keys(fields).filter((key) => toLoose(key) === wanted);
  return matches.sort().find((key) => isFilled(fields[key]) || isFields(fields[key]));
};

/** Labels of fields are written as words, names of fields are not: "Definition of Done". */
const toLoose = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An empty list is an answer: there are none. */
function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value !== 'string' || value.trim() !== '';
}
