/** Values of fields in the one form they are compared and hashed in, however the service writes them (FK5, AZ17). */
import { hash } from 'node:crypto';
import { splitTags } from '../mapping/tags.ts';

/**
 * Equal text means equal value. `like` is a value of ours for the same field: what the service answers is read as its
 * kind, since numbers may come as text and people as objects.
 */
export function toComparable(field: string, value: unknown, like: unknown = value): string {
  if (value === null || value === undefined) return '';
  if (field.toLowerCase() === tagsField) return toTagSet(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return toPerson(value, like) ?? JSON.stringify(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (typeof like === 'number' && text.trim() !== '' && Number.isFinite(Number(text)))
    return String(Number(text));
  if (typeof like === 'boolean') return text.trim().toLowerCase();
  return toText(text);
}

export const isSameValue = (field: string, ours: unknown, theirs: unknown): boolean =>
  toComparable(field, ours) === toComparable(field, theirs, ours);

export const hashField = (field: string, value: unknown, like: unknown = value): string =>
  sha256(toComparable(field, value, like));

/** RC1: the mapped fields in canonical form and the parent's source id. */
export function hashContent(
  fieldHashes: Readonly<Record<string, string>>,
  parentSourceId: string | null,
): string {
  const fields = Object.entries(fieldHashes).sort(([one], [other]) => (one < other ? -1 : 1));
  return sha256(JSON.stringify([fields, parentSourceId]));
}

const tagsField = 'system.tags';

const sha256 = (text: string): string => hash('sha256', text);

/** The service keeps tags in an order and a case of its own. */
const toTagSet = (value: unknown): string =>
  splitTags(String(value))
    .map((tag) => tag.toLowerCase())
    .sort()
    .join(';');

/** A person may be named in any of the ways the service knows. */
function toPerson(value: object, like: unknown): string | undefined {
  const { uniqueName, displayName } = value as { uniqueName?: unknown; displayName?: unknown };
  const [unique, display] = [uniqueName, displayName].map((name) => (typeof name === 'string' ? name : ''));
  const wanted = typeof like === 'string' ? toText(like) : '';
  const spellings = [unique, display, `${display} <${unique}>`];
  if (wanted !== '' && spellings.some((name) => name?.toLowerCase() === wanted.toLowerCase())) return wanted;
  return unique || display;
}

const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function toText(text: string): string {
  const plain = text.replaceAll('\r\n', '\n').trim();
  if (moment.test(plain) && !Number.isNaN(Date.parse(plain))) return new Date(plain).toISOString();
  return /<[a-z]/i.test(plain) ? toMarkup(plain) : plain;
}

/** Spellings that mean the same in HTML, and that editors and services write as they like. */
const toMarkup = (html: string): string =>
  html
    .replace(/<br\s*\/?>/gi, '<br>')
    .replace(/>\s+</g, '><')
    .replaceAll('&quot;', '"')
    .replace(/&#39;|&apos;/g, "'")
    .replaceAll('&nbsp;', '\u00a0');
