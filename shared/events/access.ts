/** Named tokens come and go; every server of the database hears of it (GU4). */
import { z } from 'zod';
import { AccessToken } from '../views/access.ts';
import { defineEvent } from './define.ts';

export const TokenCreated = defineEvent('token:created', z.object({ token: AccessToken }));
export const TokenRevoked = defineEvent('token:revoked', z.object({ token: AccessToken }));
