/** A team project of the fake organisation. */
import { findProcess, type CategoryDefinition, type ProcessTemplate } from './process-template.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: 'private' | 'public';
  readonly process: ProcessTemplate;
  readonly categories: readonly CategoryDefinition[];
  /** Paths below the project's own name, with backslashes. */
  readonly areas: ReadonlySet<string>;
  readonly iterations: ReadonlySet<string>;
  readonly tags: Set<string>;
  readonly createdMs: number;
}

export interface ProjectSeed {
  readonly name: string;
  /** Name or type id; Agile unless told. */
  readonly process?: string;
  readonly id?: string;
  readonly description?: string;
  readonly visibility?: 'private' | 'public';
  readonly areas?: readonly string[];
  readonly iterations?: readonly string[];
  /** Reference names of categories this project lacks (AZ16). */
  readonly withoutCategories?: readonly string[];
}

export function createProject(seed: ProjectSeed, id: string, createdMs: number): Project {
  const process = findProcess(seed.process ?? 'Agile');
  if (process === undefined) throw new Error(`No process "${seed.process}"`);
  const paths = (names: readonly string[] = []) =>
    new Set([seed.name, ...names.map((name) => `${seed.name}\\${name}`)].map((path) => path.toLowerCase()));
  return {
    id: seed.id ?? id,
    name: seed.name,
    description: seed.description ?? '',
    visibility: seed.visibility ?? 'private',
    process,
    categories: process.categories.filter(
      ({ referenceName }) => !(seed.withoutCategories ?? []).includes(referenceName),
    ),
    areas: paths(seed.areas),
    iterations: paths(seed.iterations),
    tags: new Set(),
    createdMs,
  };
}
