/** The database as a whole: copied out while the server runs, and looked through. */
import { Verification } from '../views/verification.ts';
import { defineRoute } from './define.ts';

export const readBackup = defineRoute({
  method: 'GET',
  path: '/api/v1/system/backup',
  summary:
    'One moment of the whole database as a gzipped file, for `syncline restore`; secrets in it stay sealed',
  role: 'admin',
  answer: null,
  alsoAs: ['application/gzip'],
  status: 200,
});

export const verifyDatabase = defineRoute({
  method: 'GET',
  path: '/api/v1/system/verification',
  summary:
    'Looks for gaps in the journal, operations without their end, rows without their owner, wrong counters',
  role: 'admin',
  answer: Verification,
  status: 200,
});
