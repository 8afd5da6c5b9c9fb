/** `syncline links audit`: the suspect links, as text or JSON (AU7). */
import type { LinkAudit } from '../../shared/views/link-audit.ts';
import { CallError } from '../../client/sdk/caller.ts';
import { formatAudit } from '../features/links/audit/format.ts';
import { exitCodes, type ExitCode, type Server, type Surroundings } from './command.ts';

export const auditOptions = {
  project: { type: 'string' },
  feature: { type: 'string' },
  'primary-floor': { type: 'string' },
  'fanout-floor': { type: 'string' },
  limit: { type: 'string' },
  offset: { type: 'string' },
  severity: { type: 'string' },
  json: { type: 'boolean', default: false },
  db: { type: 'string' },
  'fail-on-suspects': { type: 'boolean', default: false },
} as const;

interface AuditValues {
  readonly project?: string | undefined;
  readonly feature?: string | undefined;
  readonly 'primary-floor'?: string | undefined;
  readonly 'fanout-floor'?: string | undefined;
  readonly limit?: string | undefined;
  readonly offset?: string | undefined;
  readonly severity?: string | undefined;
  readonly json: boolean;
  readonly db?: string | undefined;
  readonly 'fail-on-suspects': boolean;
}

export async function auditLinks(
  values: AuditValues,
  { terminal, withServer }: Surroundings,
): Promise<ExitCode> {
  const answer = await withServer((server) => ask(server, values), values.db).catch((failure: unknown) => {
    // What the server has to say of the question is no trouble with reaching it.
    if (values.db === undefined || (failure instanceof CallError && failure.code !== 'NETWORK'))
      throw failure;
    terminal.err(`DB not found: ${values.db}`);
    return null;
  });
  if (answer === null) return exitCodes.failed;
  const { audit, target, project } = answer;
  if (values.json) terminal.out(JSON.stringify({ ...audit, db: target, project_filter: project }, null, 2));
  else for (const line of formatAudit(audit, { target, project })) terminal.out(line);
  return values['fail-on-suspects'] && audit.total_suspects > 0 ? exitCodes.found : exitCodes.done;
}

async function ask(
  { url, call }: Server,
  values: AuditValues,
): Promise<{ audit: LinkAudit; target: string; project: string }> {
  const { value: audit } = await call('auditLinks', {
    query: {
      project: values.project,
      feature_id: values.feature,
      primary_floor: values['primary-floor'],
      fanout_floor: values['fanout-floor'],
      limit: values.limit,
      offset: values.offset,
      severity: values.severity,
    },
  });
  const project = values.project ?? (await readActive(call));
  return { audit, project, target: values.db ?? url };
}

async function readActive(call: Server['call']): Promise<string> {
  const { value } = await call('readStatus', { query: {} });
  return value.projectSlug ?? '';
}
