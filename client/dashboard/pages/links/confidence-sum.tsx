/** The confidence of a link added up line by line (LK24). */
import type { LinkExplanation } from '../../../../shared/views/link.ts';
import { addUp } from '../../format/explanation.ts';
import { toAdjustmentName, toConfidence, toSignedShare } from '../../format/links.ts';

export function ConfidenceSum({ explanation }: { explanation: LinkExplanation }) {
  const { base, adjustments, confidence } = explanation;
  const { total, isClamped } = addUp(explanation);
  return (
    <section>
      <h3>Confidence</h3>
      <dl className="sum">
        <div>
          <dt>Where it starts</dt>
          <dd className="figure">{toConfidence(base)}</dd>
        </div>
        {adjustments.map(({ reason, delta }) => (
          <div key={reason}>
            <dt>{toAdjustmentName(reason)}</dt>
            <dd className="figure">{toSignedShare(delta)}</dd>
          </div>
        ))}
        {isClamped && (
          <div className="muted">
            <dt>Held within its bounds</dt>
            <dd className="figure">{toSignedShare(confidence - total)}</dd>
          </div>
        )}
        <div className="sum-total strong">
          <dt>Confidence</dt>
          <dd className="figure">{toConfidence(confidence)}</dd>
        </div>
      </dl>
    </section>
  );
}
