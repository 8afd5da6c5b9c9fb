/** How each rule fares, and a switch to silence it for this project or hear it again. */
import type { HealthCheck, RuleResult } from '../../../../shared/views/health-check.ts';
import { findingsPerStep } from '../../address/health-filters.ts';
import type { HealthFilters } from '../../address/health-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toRatePercent, toRuleName } from '../../format/health.ts';
import { toFraction, toPlural } from '../../format/numbers.ts';
import { ActionNote } from '../../parts/action-note.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useAction } from '../../use-action.ts';
import { SeverityOfFinding } from './severity-mark.tsx';
import { Restricted } from '../../entrance/restricted.tsx';

interface RuleTableProps {
  readonly check: HealthCheck;
  readonly filters: HealthFilters;
  readonly change: (filters: HealthFilters) => void;
}

export function RuleTable({ check, filters, change }: RuleTableProps) {
  const { caller } = useDashboard();
  const { action, run } = useAction();
  const { project_slug: slug, settings, rules } = check;

  const suppress = (rule: RuleResult['rule_id'], isSilent: boolean) =>
    run(async () => {
      const others = settings.suppress.filter((other) => other !== rule);
      const health = { suppress: isSilent ? [...others, rule] : others };
      await caller('changeProject', { params: { slug }, body: { health } });
      return `${toRuleName(rule)} is ${isSilent ? 'silent for this project' : 'heard again'}.`;
    });

  const toLine = (rule: RuleResult) => (
    <RuleLine
      key={rule.rule_id}
      rule={rule}
      isChosen={filters.rule === rule.rule_id}
      choose={(isChosen) => change({ ...filters, rule: isChosen ? rule.rule_id : '', show: findingsPerStep })}
      isPending={action.state === 'pending'}
      suppress={(isSilent) => void suppress(rule.rule_id, isSilent)}
    />
  );
  const telling = rules.filter(isTelling);
  const quiet = rules.filter((rule) => !isTelling(rule));
  return (
    <Panel title="Rules">
      <ActionNote action={action} />
      <ul className="rules">{telling.map(toLine)}</ul>
      {quiet.length > 0 && (
        <details className="fold">
          <summary>{toPlural(quiet.length, 'rule')} without findings</summary>
          <ul className="rules">{quiet.map(toLine)}</ul>
        </details>
      )}
      <p className="muted small">
        A document is stale after {toPlural(settings.stale_days, 'day')}. Rules for fields that this tree does
        not use are left out by themselves.
      </p>
    </Panel>
  );
}

/** Also what is silent: the way back must be seen. */
const isTelling = ({ affected, suppressed }: RuleResult): boolean => affected > 0 || suppressed !== null;

interface RuleLineProps {
  readonly rule: RuleResult;
  readonly isChosen: boolean;
  readonly choose: (isChosen: boolean) => void;
  readonly isPending: boolean;
  readonly suppress: (isSilent: boolean) => void;
}

function RuleLine({ rule, isChosen, choose, isPending, suppress }: RuleLineProps) {
  const { rule_id: id, severity, checked, affected, rate, suppressed } = rule;
  const name = toRuleName(id);
  const isSilent = suppressed === 'project';
  return (
    <li className={suppressed === null ? 'rule' : 'rule rule-silent'}>
      <SeverityOfFinding severity={severity} label={severity} isShapeOnly />
      <button
        type="button"
        className="rule-name"
        aria-pressed={isChosen}
        disabled={affected === 0 || suppressed !== null}
        onClick={() => choose(!isChosen)}
      >
        {name}
      </button>
      <span className="figure small rule-rate">
        {checked === 0 ? <span className="muted">not checked</span> : toRatePercent(rate)}
      </span>
      <span className="muted small rule-counts">
        {checked > 0 && `${toFraction(affected, checked)} affected`}
        {suppressed === 'project' && ' · silenced'}
        {suppressed === 'unused' && ' · field not used here'}
      </span>
      <Restricted to="changeProject">
        <button
          type="button"
          className="button button-quiet button-small rule-switch"
          disabled={isPending}
          onClick={() => suppress(!isSilent)}
        >
          {isSilent ? 'Restore' : 'Suppress'}
          <span className="visually-hidden"> {name}</span>
        </button>
      </Restricted>
      <span className="rule-bar" aria-hidden="true">
        <span className="rule-fill" style={{ width: `${rate * 100}%` }} />
      </span>
    </li>
  );
}
