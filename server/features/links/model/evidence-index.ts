/** What speaks for which feature, found by file name and by alias (LK7). */
import { noEvidence, type FeatureEvidence } from '../claims/feature-evidence.ts';
import { toBasename, type EvidencePath } from '../evidence/session-facts.ts';
import { toAliasKeys } from '../evidence/variants.ts';
import { compareText, SortedIndex } from './sorted-index.ts';

export class EvidenceIndex {
  readonly #byFeature = new Map<string, FeatureEvidence>();
  readonly #byName = new SortedIndex<EvidencePath>(comparePaths);
  readonly #byAlias = new SortedIndex<string>(compareText);

  get(feature: string): FeatureEvidence | undefined {
    return this.#byFeature.get(feature);
  }

  named(baseName: string): readonly EvidencePath[] {
    return this.#byName.get(baseName);
  }

  called(token: string): readonly string[] {
    return this.#byAlias.get(token);
  }

  /** `undefined` for a feature that is gone. Answers the keys whose answers are other ones now. */
  put(feature: string, evidence: FeatureEvidence | undefined): ReadonlySet<string> {
    const before = this.#byFeature.get(feature) ?? noEvidence;
    const after = evidence ?? noEvidence;
    const keys = new Set<string>();
    for (const path of except(before.paths, after.paths)) {
      this.#byName.remove(toBasename(path), { featureId: feature, path });
      keys.add(`e:${toBasename(path)}`);
    }
    for (const path of except(after.paths, before.paths)) {
      this.#byName.add(toBasename(path), { featureId: feature, path });
      keys.add(`e:${toBasename(path)}`);
    }
    const [former, now] = [toKeys(before), toKeys(after)];
    for (const key of except(former, now)) {
      this.#byAlias.remove(key, feature);
      keys.add(`k:${key}`);
    }
    for (const key of except(now, former)) {
      this.#byAlias.add(key, feature);
      keys.add(`k:${key}`);
    }
    if (evidence === undefined) this.#byFeature.delete(feature);
    else this.#byFeature.set(feature, evidence);
    return keys;
  }
}

const toKeys = ({ aliases }: FeatureEvidence): readonly string[] => [
  ...new Set(aliases.flatMap(toAliasKeys)),
];

function except(all: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return all.filter((item) => !known.has(item));
}

const comparePaths = (one: EvidencePath, other: EvidencePath): number =>
  compareText(one.featureId, other.featureId) || compareText(one.path, other.path);
