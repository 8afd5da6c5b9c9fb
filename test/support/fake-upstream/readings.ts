/** Both readings of every fact about Azure DevOps we only infer (FK18): what holds for a push holds under each. */
import type { Switches } from './switches.ts';

export const readings: readonly (readonly [name: string, switches: Partial<Switches>])[] = [
  ['as it is read by default', {}],
  ['a stale revision is a 409', { staleRev: 409 }],
  ['a stale revision is a 412', { staleRev: 412 }],
  ['hyperlinks are never found', { artifactQuery: 'blind' }],
  ['hyperlinks are found late', { linkVisibleAfterMs: 500 }],
  ['new work items are found late', { linkVisibleAfterMs: 500, queryVisibleAfterMs: 500 }],
  ['a parent on another host is ignored', { wrongHostParent: 'ignored' }],
  ['ChangedBy is refused', { changedBy: 'refused' }],
  ['both sides of a link get a revision', { mirroredLinkBumpsRev: true }],
  ['deleting answers without a body', { deleteOneAnswer: 204, deleteManyAnswer: 204 }],
  ['strangers are redirected', { badToken: 302 }],
  ['there is no $batch', { batchAvailable: false }],
  ['a batch is refused as a whole', { batchFailure: 'one-for-all' }],
];
