/** All tags of an item as the one text the service keeps (FM7, AZ15). */
import type { FieldOutcome, SourcedValue } from './field-outcome.ts';
import { toSourceText } from './source-text.ts';
import { joinTags, toTag, uniqueTags } from './tags.ts';
import { transformValue } from './transform-value.ts';
import type { TargetField } from '../tracker.ts';

export function toTagField(
  values: readonly SourcedValue[],
  field: TargetField,
): Pick<FieldOutcome, 'value' | 'problems'> {
  const texts = values.flatMap((value) => toTexts(value, field));
  const tags = uniqueTags(texts.map(toTag));
  if (tags.length === 0) return { value: undefined, problems: [] };
  if (tags.length <= mostTags) return { value: joinTags(tags), problems: [] };
  return {
    value: joinTags(tags.slice(0, mostTags)),
    problems: [
      {
        code: 'tags_cut',
        message: `Only ${mostTags} tags fit; ${tags.length - mostTags} of ${tags.length} are left out.`,
      },
    ],
  };
}

const mostTags = 100;

/** A list is a list of tags; a text is one tag, unless it is known to be a list. */
function toTexts(source: SourcedValue, field: TargetField): readonly string[] {
  const { value, transform, isTagList } = source;
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown) => toTexts({ ...source, value: each, isTagList: false }, field));
  }
  if (transform?.name === 'map') return [transformValue(source, field).text ?? ''];
  const text = toSourceText(value);
  return isTagList === true || transform?.name === 'tags' ? text.split(/[;,\n]/) : [text];
}
