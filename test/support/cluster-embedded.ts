/** The `embedded` tests' Postgres: the one that comes with the program. */
import type { TestProject } from 'vitest/node';
import { startCluster } from './cluster.ts';

export function setup(project: TestProject): Promise<() => Promise<void>> {
  return startCluster(project);
}
