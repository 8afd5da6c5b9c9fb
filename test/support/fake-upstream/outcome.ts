/** What becomes of one call: answered by its service, or struck by a fault on the way in or out (FK12). */
import { badToken, forbidden, throttled, toErrorReply } from './azure-error.ts';
import { answerArdoq } from './ardoq-service.ts';
import { answerAzure, signIn, type DescriptionCheck } from './azure-service.ts';
import { identityOf, type Call, type Reply } from './call.ts';
import type { FaultAction } from './faults.ts';
import { changeBySomebodyElse } from './item-change.ts';
import { findProject, type World } from './world.ts';

export type Outcome =
  | { readonly end: 'reply'; readonly reply: Reply; readonly delayMs: number; readonly isTruncated: boolean }
  /** The socket is cut, or kept without ever an answer. */
  | { readonly end: 'reset' }
  | { readonly end: 'silence' };

export interface Judged {
  readonly outcome: Outcome;
  readonly breaches: readonly string[];
}

export function judge(
  world: World,
  check: DescriptionCheck,
  call: Call,
  fault: FaultAction | undefined,
): Judged {
  const struck = fault && strikeBefore(world, call, fault);
  if (struck !== undefined) return { outcome: struck, breaches: [] };
  const { reply, delayMs, breaches } =
    call.segments[0] === 'api' ? answerArdoq(world, call) : answerAzure(world, check, call);
  return { outcome: strikeAfter(reply, delayMs, fault), breaches };
}

/** The outcome, if the call never reaches its service. */
function strikeBefore(world: World, call: Call, fault: FaultAction): Outcome | undefined {
  switch (fault.kind) {
    case '429':
      world.throttle.tellToWait(identityOf(call), call.atMs, call.atMs + fault.retryAfterS * 1000);
      return replyWith({
        ...toErrorReply(throttled()),
        headers: { 'Retry-After': String(fault.retryAfterS) },
      });
    case '203html':
      return replyWith(signIn(203));
    case '302':
      return replyWith(signIn(302));
    case 'html-200':
      return replyWith({ ...signIn(203), status: 200 });
    case '401':
      return replyWith(toErrorReply(badToken()));
    case '403':
      return replyWith(toErrorReply(forbidden()));
    case '5xx':
      return replyWith({
        status: fault.status ?? 500,
        html: '<html><body>The service is unavailable.</body></html>',
        ...(fault.retryAfterS === undefined ? {} : { headers: { 'Retry-After': String(fault.retryAfterS) } }),
      });
    case 'timeout':
      return { end: 'silence' };
    case 'reset-before':
      return { end: 'reset' };
    case 'stale-rev':
      changeBySomebodyElse(world, Number(call.segments.at(-1)));
      return undefined;
    case 'drop-project':
      dropProject(world, call);
      return undefined;
    case 'slow':
    case 'reset-after-commit':
    case '500-after-commit':
    case 'timeout-after-create':
    case 'truncated-json':
      return undefined;
  }
}

/** The project of the path, or of the work item the path ends in. */
function dropProject(world: World, { segments }: Call): void {
  const named = findProject(world, segments[1] ?? '')?.id;
  const id = named ?? world.items.find(Number(segments.at(-1)))?.projectId;
  if (id !== undefined) world.projects.delete(id);
}

function strikeAfter(reply: Reply, delayMs: number, fault: FaultAction | undefined): Outcome {
  switch (fault?.kind) {
    case 'reset-after-commit':
      return { end: 'reset' };
    case 'timeout-after-create':
      return { end: 'silence' };
    case '500-after-commit':
      return replyWith({ status: 500, html: '<html><body>Internal server error</body></html>' });
    case 'truncated-json':
      return { ...replyWith(reply), isTruncated: true };
    case 'slow':
      return { ...replyWith(reply), delayMs: delayMs + fault.ms };
    case undefined:
    case '429':
    case '203html':
    case '302':
    case '401':
    case '403':
    case '5xx':
    case 'html-200':
    case 'timeout':
    case 'reset-before':
    case 'stale-rev':
    case 'drop-project':
      return { ...replyWith(reply), delayMs };
  }
}

const replyWith = (reply: Reply) => ({ end: 'reply', reply, delayMs: 0, isTruncated: false }) as const;
