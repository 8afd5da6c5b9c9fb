/** The score as ring, figure and word, and how many findings there are of each severity. */
import { HealthSeverity } from '../../../../shared/views/health-check.ts';
import type { HealthCheck } from '../../../../shared/views/health-check.ts';
import { findingsPerStep } from '../../address/health-filters.ts';
import type { HealthFilters } from '../../address/health-filters.ts';
import { scoreWords, toScoreTone } from '../../format/health.ts';
import { toWords } from '../../format/labels.ts';
import { toCount } from '../../format/numbers.ts';
import type { IconName } from '../../parts/icon.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Ring } from '../../parts/ring.tsx';
import { Status } from '../../parts/status.tsx';
import { SeverityOfFinding } from './severity-mark.tsx';

interface ScorePanelProps {
  readonly check: HealthCheck;
  readonly filters: HealthFilters;
  readonly change: (filters: HealthFilters) => void;
}

const icons: Readonly<Record<ReturnType<typeof toScoreTone>, IconName>> = {
  good: 'completed',
  warn: 'warning',
  bad: 'failed',
};

export function ScorePanel({ check: { score, summary }, filters, change }: ScorePanelProps) {
  const tone = toScoreTone(score);
  return (
    <Panel title="Score" aside={<Status icon={icons[tone]} tone={tone} label={scoreWords[tone]} />}>
      <div className="completion">
        <Ring share={score / 100} figure={String(score)} label="of 100" tone={tone} />
        <ul className="severities" aria-label="Findings by severity">
          {HealthSeverity.options.map((severity) => {
            const isOn = filters.severity === severity;
            return (
              <li key={severity}>
                <button
                  type="button"
                  className="severity-button"
                  aria-pressed={isOn}
                  onClick={() =>
                    change({ ...filters, severity: isOn ? '' : severity, show: findingsPerStep })
                  }
                >
                  <SeverityOfFinding severity={severity} label={toWords(severity)} />
                  <span className="figure">{toCount(summary[severity])}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </Panel>
  );
}
