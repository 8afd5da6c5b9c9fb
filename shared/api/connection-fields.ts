/** The fields of a connection as people write them, made regular; no refusal repeats what was written (CN2). */
import { z } from 'zod';
import { CleanText } from './params.ts';

const trimmed = (most: number) =>
  CleanText.transform((text) => text.trim()).pipe(
    z.string().max(most, `may have ${most} characters at most`),
  );

// eslint-disable-next-line no-control-regex
const withoutControls = (text: string) => !/[\u0000-\u001f\u007f]/.test(text);

export const ConnectionName = trimmed(255)
  .refine((name) => name !== '', 'must not be empty')
  .refine(withoutControls, 'must not contain control characters');

/** What may stand in a header: a line break in a token must not begin another header. */
export const Token = trimmed(4096)
  .refine((token) => token !== '', 'must not be empty')
  .refine((token) => /^[\u0021-\u007e]*$/.test(token), 'must be printable ASCII without spaces');

/** An empty field of a form leaves what is stored. */
export const orKept = <T extends z.ZodType<string>>(value: T) =>
  z.union([z.literal('').transform(() => undefined), value]);

/** Empty and null mean none. */
export const OrgLabel = z
  .union([z.null(), trimmed(255).refine(withoutControls, 'must not contain control characters')])
  .transform((label) => (label === '' ? null : label));

export const Organization = trimmed(100).refine(
  (name) => /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u.test(name),
  'must be the name of the organisation alone: letters, digits, spaces, ".", "_" and "-"',
);

/** `https://` is added to a bare host, a slash at the end is cut; empty means the default. */
export const ApiHost = trimmed(255).transform((text, context) => {
  if (text === '') return undefined;
  const address = toAddress(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (address !== null) return address;
  context.addIssue({
    code: 'custom',
    message: 'must be a host or an http address without user, query and fragment',
  });
  return z.NEVER;
});

/** RC3: every marker begins with it. */
export const MarkerBase = trimmed(500).transform((text, context) => {
  const address = toAddress(text);
  if (address !== null) return address;
  context.addIssue({ code: 'custom', message: 'must be an http address without user, query and fragment' });
  return z.NEVER;
});

/** A reference name; empty and null mean none. */
export const MarkerField = z
  .union([
    z.null(),
    trimmed(70).refine(
      (name) => name === '' || /^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/.test(name),
      'must be the reference name of a field, as "Custom.SourceKey"',
    ),
  ])
  .transform((name) => (name === '' ? null : name));

export const PushConcurrency = z.number().int().min(1, 'must be from 1 to 8').max(8, 'must be from 1 to 8');

function toAddress(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) return null;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
