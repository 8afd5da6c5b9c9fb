/** A project on its way into existence (FK17): queued, then in progress, then there. */
import type { ProjectSeed } from './project.ts';
import { addProject, type World } from './world.ts';

export interface ProjectCreation {
  readonly id: string;
  readonly seed: ProjectSeed;
  polls: number;
  status: 'queued' | 'inProgress' | 'succeeded' | 'failed';
}

export function startCreation(world: World, seed: ProjectSeed): ProjectCreation {
  const creation: ProjectCreation = { id: world.random.guid(), seed, polls: 0, status: 'queued' };
  world.creations.set(creation.id, creation);
  return creation;
}

/** Each look brings it on; the project exists from the last one. */
export function pollCreation(world: World, creation: ProjectCreation): ProjectCreation {
  if (creation.status === 'succeeded' || creation.status === 'failed') return creation;
  creation.polls += 1;
  creation.status = 'inProgress';
  if (creation.polls < world.switches.projectPolls) return creation;
  creation.status = world.switches.projectCreation === 'succeeds' ? 'succeeded' : 'failed';
  if (creation.status === 'succeeded') addProject(world, creation.seed);
  return creation;
}
