/** `/api/v1/projects`: register, read, change, remove, and start a sync (PJ, SY). */
import { z } from 'zod';
import { HealthRule } from '../views/health-check.ts';
import { Project } from '../views/project.ts';
import { defineRoute } from './define.ts';
import { CleanText, flag } from './params.ts';

export const SlugParams = z.object({ slug: CleanText });

const hasLetterOrDigit = /[\p{L}\p{N}]/u;
// eslint-disable-next-line no-control-regex -- control characters are what this looks for (PJ4)
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

export const ProjectName = CleanText.transform((text) => text.trim())
  .refine((name) => name.length >= 1 && name.length <= 200, 'must have 1 to 200 characters')
  .refine((name) => !controlCharacter.test(name), 'must not contain control characters')
  .refine((name) => hasLetterOrDigit.test(name), 'must contain a letter or a digit');

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);

const AbsolutePath = CleanText.min(1, 'must not be empty').refine(
  isAbsolute,
  'must be an absolute path (relative paths and ~ are not resolved by the server)',
);

const PathLists = z.object({
  docs: z.array(CleanText).optional(),
  progress: z.array(CleanText).optional(),
  sessions: z.array(AbsolutePath).optional(),
});

/** HC4: each is set by itself; what is not named stays. */
const HealthChange = z.object({
  suppress: z.array(HealthRule).optional(),
  stale_days: z.number().int().min(1).max(3650).optional(),
});

const settings = {
  name: ProjectName,
  sdlc_path: AbsolutePath.nullable().optional(),
  source_type: z.enum(['local', 'github']),
  repo_url: CleanText.nullable().optional(),
  repo_branch: CleanText.min(1).nullable().optional(),
  repo_path: CleanText.nullable().optional(),
  access_token: CleanText.nullable().optional(),
  connection_id: z.number().int().positive().nullable().optional(),
  auto_sync: z.boolean().nullable().optional(),
  watch: z.boolean().nullable().optional(),
  active: z.boolean().nullable().optional(),
  paths: PathLists.nullable().optional(),
  health: HealthChange.nullable().optional(),
};

export const NewProject = z.object({ ...settings, source_type: settings.source_type.default('local') });
export type NewProject = z.output<typeof NewProject>;

export const ProjectChange = z.object({
  ...settings,
  name: ProjectName.nullable().optional(),
  source_type: settings.source_type.nullable().optional(),
});
export type ProjectChange = z.output<typeof ProjectChange>;

export const SyncAccepted = z.object({
  slug: z.string(),
  sync_status: z.literal('syncing'),
  message: z.literal('Sync started'),
});

export const createProject = defineRoute({
  method: 'POST',
  path: '/api/v1/projects',
  summary: 'Register a folder as a project',
  role: 'admin',
  body: NewProject,
  answer: Project,
  status: 201,
  isIdempotent: true,
});

export const listProjects = defineRoute({
  method: 'GET',
  path: '/api/v1/projects',
  summary: 'All projects, oldest first',
  role: 'viewer',
  answer: z.array(Project),
  status: 200,
});

export const readProject = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug',
  summary: 'One project',
  role: 'viewer',
  params: SlugParams,
  answer: Project,
  status: 200,
});

export const changeProject = defineRoute({
  method: 'PUT',
  path: '/api/v1/projects/:slug',
  summary: 'Change settings of a project',
  role: 'admin',
  params: SlugParams,
  body: ProjectChange,
  answer: Project,
  status: 200,
});

export const removeProject = defineRoute({
  method: 'DELETE',
  path: '/api/v1/projects/:slug',
  summary: 'Forget a project and everything indexed from it; files are not touched',
  role: 'admin',
  params: SlugParams,
  answer: null,
  status: 204,
});

export const syncProject = defineRoute({
  method: 'POST',
  path: '/api/v1/projects/:slug/sync',
  summary: 'Start a full sync',
  role: 'operator',
  params: SlugParams,
  query: z.object({ allow_empty: flag().optional() }),
  answer: SyncAccepted,
  status: 202,
  isIdempotent: true,
});
