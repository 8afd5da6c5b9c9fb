/** The part of WIQL that clients of the fake may use (FK6); anything else is refused by name. */
import { badQuery } from './azure-error.ts';
import { findField, type FieldDefinition } from './field-definition.ts';

export type WiqlOperator = '=' | '<>' | '>' | '>=' | '<' | '<=' | 'in' | 'contains';

export interface WiqlCondition {
  readonly field: FieldDefinition;
  readonly operator: WiqlOperator;
  /** `@project` is kept as it stands: only the call knows the project. */
  readonly values: readonly WiqlValue[];
}

export type WiqlValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'macro'; readonly name: string };

export interface WiqlQuery {
  readonly columns: readonly FieldDefinition[];
  /** All of them must hold. */
  readonly where: readonly WiqlCondition[];
  readonly orderBy: readonly { readonly field: FieldDefinition; readonly descending: boolean }[];
}

interface Token {
  readonly kind: 'word' | 'field' | 'text' | 'number' | 'macro' | 'sign';
  readonly text: string;
}

export function parseWiql(text: string): WiqlQuery {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at];
  const isWord = (word: string) => peek()?.kind === 'word' && peek()?.text.toLowerCase() === word;
  const isSign = (sign: string) => peek()?.kind === 'sign' && peek()?.text === sign;
  const take = (): Token => {
    const token = tokens[at];
    if (token === undefined) throw badQuery('TF51006: The query statement ends too early.');
    at += 1;
    return token;
  };
  const expect = (fits: boolean, wanted: string) => {
    if (!fits)
      throw badQuery(`TF51006: The query statement is missing ${wanted} at "${peek()?.text ?? 'its end'}".`);
    return take();
  };
  const word = (wanted: string) => expect(isWord(wanted), wanted.toUpperCase());

  const field = (): FieldDefinition => {
    const token = take();
    const found = token.kind === 'field' || token.kind === 'word' ? findField(token.text) : undefined;
    if (found === undefined)
      throw badQuery(`TF51005: The query references a field that does not exist: ${token.text}.`);
    return found;
  };
  const list = <T>(item: () => T): T[] => {
    const items = [item()];
    while (isSign(',')) {
      take();
      items.push(item());
    }
    return items;
  };
  const value = (): WiqlValue => {
    const token = take();
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind === 'number') return { kind: 'number', number: Number(token.text) };
    if (token.kind === 'macro') return { kind: 'macro', name: token.text.toLowerCase() };
    throw badQuery(`TF51006: "${token.text}" is no value.`);
  };
  const operator = (): WiqlOperator => {
    const text = take().text.toLowerCase();
    const known: readonly string[] = ['=', '<>', '>', '>=', '<', '<=', 'in', 'contains'];
    if (!known.includes(text)) throw badQuery(`TF51006: The operator "${text}" is not supported here.`);
    return text as WiqlOperator;
  };
  const condition = (): WiqlCondition => {
    const of = field();
    const by = operator();
    if (by !== 'in') return { field: of, operator: by, values: [value()] };
    expect(isSign('('), '(');
    const values = list(value);
    expect(isSign(')'), ')');
    return { field: of, operator: by, values };
  };
  const order = () => {
    const by = field();
    const descending = isWord('desc');
    if (descending || isWord('asc')) take();
    return { field: by, descending };
  };

  word('select');
  const columns = list(field);
  word('from');
  word('workitems');
  const where: WiqlCondition[] = [];
  if (isWord('where')) {
    take();
    where.push(condition());
    while (isWord('and')) {
      take();
      where.push(condition());
    }
  }
  const orderBy: WiqlQuery['orderBy'][number][] = [];
  if (isWord('order')) {
    take();
    word('by');
    orderBy.push(...list(order));
  }
  const rest = peek();
  if (rest !== undefined) throw badQuery(`TF51006: "${rest.text}" is not supported here.`);
  return { columns, where, orderBy };
}

const pattern =
  /\s+|\[(?<field>[^\]]+)\]|'(?<text>(?:[^']|'')*)'|(?<number>-?\d+(?:\.\d+)?)|(?<macro>@\w+)|(?<sign><>|>=|<=|[=<>(),])|(?<word>[A-Za-z_][\w.]*)/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined)
      throw badQuery(`TF51006: The query statement cannot be read at "${text.slice(from, from + 20)}".`);
    for (const kind of ['word', 'field', 'text', 'number', 'macro', 'sign'] as const) {
      const found = groups[kind];
      if (found !== undefined)
        tokens.push({ kind, text: kind === 'text' ? found.replaceAll("''", "'") : found });
    }
  }
  return tokens;
}
