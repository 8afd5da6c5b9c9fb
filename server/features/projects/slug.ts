/** The slug of a name: what stands in addresses, chosen once and never changed (PJ3). */
import { createHash } from 'node:crypto';
import type { Slug } from '../../../shared/ids.ts';

/** Letters that Unicode does not decompose into a base letter and a mark. */
const spelledOut: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'ss',
  æ: 'ae',
  Æ: 'ae',
  œ: 'oe',
  Œ: 'oe',
  ø: 'o',
  Ø: 'o',
  đ: 'd',
  Đ: 'd',
  ł: 'l',
  Ł: 'l',
  þ: 'th',
  Þ: 'th',
};

const longest = 200;

/** The name has passed its check: at least one letter or digit of some script. */
export function toSlug(name: string): Slug {
  const ascii = name
    .replace(/[ßẞæÆœŒøØđĐłŁþÞ]/g, (letter) => spelledOut[letter] ?? letter)
    .normalize('NFKD')
    // eslint-disable-next-line no-control-regex -- ASCII is what is kept
    .replace(/[^\u0000-\u007f]/g, '')
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/-+/g, '-');
  const slug = trimDashes(trimDashes(ascii).slice(0, longest));
  return (slug === '' ? toHashSlug(name) : slug) as Slug;
}

/** For names without any ASCII letter or digit, such as those in Chinese or Greek. */
function toHashSlug(name: string): string {
  return `p-${createHash('sha256').update(name.normalize('NFC')).digest('hex').slice(0, 8)}`;
}

const trimDashes = (text: string): string => text.replace(/^-+|-+$/g, '');
