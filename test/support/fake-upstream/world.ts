/** Everything the fake remembers between two resets. */
import type { ArdoqWorkspace } from './ardoq-workspace.ts';
import { createItemStore, type ItemStore } from './item-store.ts';
import { createProject, type Project, type ProjectSeed } from './project.ts';
import { createRandom, type Random } from './random.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import type { ProjectCreation } from './project-creation.ts';
import type { Switches } from './switches.ts';

export interface FakeSettings {
  readonly organization: string;
  readonly pat: string;
  readonly ardoqToken: string;
  readonly ardoqOrg: string;
  readonly seed: number;
  readonly firstId: number;
  readonly projects: readonly ProjectSeed[];
}

export const defaultSettings: FakeSettings = {
  organization: 'contoso',
  pat: 'fake-pat',
  ardoqToken: 'fake-token',
  ardoqOrg: 'acme',
  seed: 1,
  firstId: 1,
  projects: [{ name: 'Fabrikam', process: 'Agile' }],
};

export interface World {
  readonly settings: FakeSettings;
  readonly switches: Switches;
  readonly random: Random;
  readonly nowMs: () => number;
  /** By id. */
  readonly projects: Map<string, Project>;
  readonly creations: Map<string, ProjectCreation>;
  readonly items: ItemStore;
  readonly throttle: Throttle;
  readonly workspaces: Map<string, ArdoqWorkspace>;
}

export function createWorld(settings: FakeSettings, switches: Switches, nowMs: () => number): World {
  const world: World = {
    settings,
    switches,
    random: createRandom(settings.seed),
    nowMs,
    projects: new Map(),
    creations: new Map(),
    items: createItemStore(settings.firstId),
    throttle: createThrottle(),
    workspaces: new Map(),
  };
  for (const seed of settings.projects) addProject(world, seed);
  return world;
}

export function addProject(world: World, seed: ProjectSeed): Project {
  const project = createProject(seed, world.random.guid(), world.nowMs());
  world.projects.set(project.id, project);
  return project;
}

export function findProject(world: World, nameOrId: string): Project | undefined {
  const wanted = nameOrId.toLowerCase();
  for (const project of world.projects.values()) {
    if (project.id === wanted || project.name.toLowerCase() === wanted) return project;
  }
  return undefined;
}
