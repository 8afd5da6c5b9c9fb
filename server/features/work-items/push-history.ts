/** What a push tells its history (HI6, HI7); the types stand in core, because another feature implements them. */
export type { PushBeginning, PushEnd, PushedItem, PushHistory } from '../../core/push-history.ts';
