/** Roles, each of which may do what the ones before it may (GU4). */
import { z } from 'zod';

/** Viewers read, operators start and stop work, admins change what it works with and who may ask. */
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

export const hasRole = (role: Role, needed: Role): boolean =>
  Role.options.indexOf(role) >= Role.options.indexOf(needed);

/** So that a token is known for one where it should not be: in a log, in a commit. */
export const tokenPrefix = 'syn_';
