/** Which findings of the health check are shown, as it stands in the address. */
import { HealthRule, HealthSeverity } from '../../../shared/views/health-check.ts';

export interface HealthFilters {
  /** Empty for all. */
  readonly severity: HealthSeverity | '';
  readonly rule: HealthRule | '';
  /** How many at most: a large tree has tens of thousands. */
  readonly show: number;
}

export const findingsPerStep = 50;
const mostFindings = 100_000;

export function readHealthFilters(query: URLSearchParams): HealthFilters {
  const severity = HealthSeverity.safeParse(query.get('severity'));
  const rule = HealthRule.safeParse(query.get('rule'));
  const show = Number(query.get('show') ?? findingsPerStep);
  return {
    severity: severity.success ? severity.data : '',
    rule: rule.success ? rule.data : '',
    show: Number.isInteger(show) && show >= 1 && show <= mostFindings ? show : findingsPerStep,
  };
}

export function writeHealthFilters({ severity, rule, show }: HealthFilters): URLSearchParams {
  const query = new URLSearchParams();
  if (severity !== '') query.set('severity', severity);
  if (rule !== '') query.set('rule', rule);
  if (show !== findingsPerStep) query.set('show', String(show));
  return query;
}

/** What the server is asked; without `limit` for all of them. */
export const toHealthQuery = ({ severity, rule, show }: HealthFilters, { isWhole = false } = {}) => ({
  ...(severity !== '' && { severity }),
  ...(rule !== '' && { rule }),
  ...(!isWhole && { limit: String(show) }),
});
