/** Every setting there is: read from the environment once, checked, with its default and its line for the README. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const text = z.string().trim();
const boolean = z
  .stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] })
  .or(z.boolean());
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const list = text.transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** Name, schema with default, and what it is for. */
export const settings = {
  SYNCLINE_PORT: [whole(0, 65_535).default(4400), 'port to serve on; 0 takes a free one'],
  SYNCLINE_HOST: [text.min(1).default('127.0.0.1'), 'address to bind; any other than loopback needs a token'],
  SYNCLINE_DATA_DIR: [text.min(1).optional(), 'data folder (default `.syncline` in the checkout)'],
  DATABASE_URL: [text.min(1).optional(), 'a Postgres to use instead of the embedded one'],
  SYNCLINE_SECRET_KEY: [
    text.min(8).optional(),
    'key for secrets at rest: 32 bytes as base64 or hex (default: one made in the data folder)',
  ],
  SYNCLINE_TOKEN: [text.min(8).optional(), 'bearer token of the owner; with it every request must carry one'],
  SYNCLINE_ALLOWED_HOSTS: [list.default([]), 'further Host names to answer to, comma-separated'],
  SYNCLINE_ALLOWED_ORIGINS: [list.default([]), 'further browser origins to accept, comma-separated'],
  SYNCLINE_RATE_LIMIT: [
    whole(0, 1_000_000).default(500),
    'requests a second of one token or address, ten times as many at once; 0 = any number',
  ],
  SYNCLINE_STREAM_RATE_LIMIT: [
    whole(0, 100_000).default(100),
    'the same for opening streams, with twenty times as many at once',
  ],
  SYNCLINE_TOKEN_FAILURES: [
    whole(0, 100_000).default(10),
    'wrong tokens that one address may show at once, and in a minute; 0 = any number',
  ],
  SYNCLINE_MAX_STREAMS: [whole(1, 100_000).default(1000), 'streams open at a time'],
  SYNCLINE_MAX_BODY_BYTES: [whole(1024, 1_073_741_824).default(1_048_576), 'largest body of a request'],
  SYNCLINE_MAX_PUSH_BODY_BYTES: [whole(1024, 1_073_741_824).default(10_485_760), 'largest body of a push'],
  SYNCLINE_MAX_HEADER_BYTES: [whole(1024, 1_048_576).default(16_384), 'largest headers of a request'],
  SYNCLINE_ALLOWED_PROJECT_BASE: [text.min(1).optional(), 'only folders below this one may be registered'],
  SYNCLINE_DEMO: [boolean.default(true), 'register the bundled demo when there is no project'],
  SYNCLINE_OPEN: [boolean.default(false), 'open the dashboard in a browser at start'],
  SYNCLINE_LOG_LEVEL: [
    z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
    'how much to log on stderr',
  ],
  SYNCLINE_WATCH: [boolean.default(true), 'watch new projects by default'],
  SYNCLINE_WATCH_QUIET_MS: [whole(10, 10_000).default(150), 'a burst of changes ends after this much quiet'],
  SYNCLINE_WATCH_MAX_MS: [whole(50, 60_000).default(1000), 'a burst is cut into batches of this length'],
  SYNCLINE_WATCH_POLL_MS: [whole(100, 600_000).default(2000), 'interval of the polling mode'],
  SYNCLINE_WATCH_RETRY_S: [whole(1, 86_400).default(300), 'how often polling tries the native watch again'],
  SYNCLINE_RECONCILE_INTERVAL_S: [
    whole(0, 86_400).default(300),
    'how often a walk checks the watcher; 0 = never',
  ],
  SYNCLINE_MAX_OPERATIONS: [whole(1, 64).default(2), 'operations that may run at a time'],
  SYNCLINE_MAX_PUSHES: [whole(1, 64).default(4), 'pushes to different targets that may run at a time'],
  SYNCLINE_RESUME_PUSHES: [boolean.default(false), 'go on with a push that was interrupted'],
  SYNCLINE_PUBLIC_URL: [z.url().optional(), 'where people reach this server (default: the bound address)'],
  SYNCLINE_ALLOWED_UPSTREAM_HOSTS: [
    list.default([]),
    'further hosts of Azure DevOps and Ardoq, comma-separated; only these may be private or plain http',
  ],
  SYNCLINE_TRUSTED_PROXIES: [list.default([]), 'addresses or networks whose X-Forwarded-For is believed'],
  SYNCLINE_SECRET_KEY_PREVIOUS: [
    text.min(8).optional(),
    'the key before SYNCLINE_SECRET_KEY, while rotating',
  ],
  SYNCLINE_PUSH_LOOK_UP_WAITS_S: [
    list
      .transform((parts) => parts.map(Number))
      .pipe(z.array(z.number().min(0).max(600)).min(1).max(10))
      .default([1, 3, 9]),
    'waits before each look-up of a work item whose creation was not answered, comma-separated',
  ],
  SYNCLINE_UPSTREAM_ANSWER_S: [
    whole(1, 600).default(60),
    'how long Azure DevOps and Ardoq may take to answer',
  ],
  SYNCLINE_PUSH_TREE_DAYS: [whole(1, 3650).default(30), 'how long the tree of a push is kept for a retry'],
  ARDOQ_API_TOKEN: [text.min(1).optional(), 'Ardoq when no connection is configured'],
  ARDOQ_API_HOST: [text.min(1).optional(), 'its host (default `https://app.ardoq.com`)'],
  ARDOQ_ORG_LABEL: [text.min(1).optional(), 'its organisation label'],
  SYNCLINE_MAX_DOCUMENT_BYTES: [whole(1024, 1_073_741_824).default(5_242_880), 'largest markdown file'],
  SYNCLINE_MAX_LOG_LINE_BYTES: [
    whole(1024, 1_073_741_824).default(8_388_608),
    'longest line of a session log',
  ],
  SYNCLINE_SESSION_RETENTION_DAYS: [
    whole(1, 3650).default(365),
    'how long a session outlives its log that is gone',
  ],
  SYNCLINE_LINKING_LOGIC_VERSION: [z.string().max(40).default('1'), 'another value rebuilds all links'],
  SYNCLINE_FOLLOW_SYMLINKS: [boolean.default(false), 'follow links whose target stays inside the project'],
  SYNCLINE_FOREGROUND_WAIT_S: [
    whole(1, 86_400).default(600),
    'how long a foreground request waits for its operation',
  ],
  SYNCLINE_OPERATION_RETENTION_DAYS: [whole(1, 3650).default(90), 'how long ended operations are kept'],
  SYNCLINE_OPERATION_RETENTION_COUNT: [
    whole(10, 10_000_000).default(10_000),
    'ended operations kept for a project',
  ],
  SYNCLINE_EVENT_RETENTION_DAYS: [whole(1, 3650).default(14), 'how long events are kept'],
  SYNCLINE_EVENT_RETENTION_COUNT: [whole(1000, 1_000_000_000).default(2_000_000), 'events kept'],
  SYNCLINE_RETRY_INTERRUPTED: [boolean.default(false), 'retry an interrupted operation once'],
  SYNCLINE_STARTUP_SYNC: [boolean.default(true), 'sync the projects after start'],
  SYNCLINE_STARTUP_DELAY_MS: [whole(0, 600_000).default(2000), 'wait this long after ready before that'],
  SYNCLINE_STARTUP_LIGHT: [boolean.default(true), 'leave links and analytics out of the syncs after start'],
  SYNCLINE_STARTUP_DEFERRED_LINKS: [boolean.default(true), 'rebuild the links later, after a light sync'],
  SYNCLINE_STARTUP_DEFERRED_DELAY_MS: [
    whole(0, 86_400_000).default(45_000),
    'how long after the light sync that is',
  ],
  SYNCLINE_STARTUP_DEFERRED_ANALYTICS: [boolean.default(false), 'capture analytics with that rebuild'],
  SYNCLINE_STARTUP_PROJECTS: [
    z.enum(['all', 'active', 'watched']).default('all'),
    'which projects are synced after start',
  ],
  SYNCLINE_STARTUP_CONCURRENCY: [whole(1, 64).default(1), 'how many of them at a time, the active one first'],
  SYNCLINE_CLAUDE_HOME: [text.min(1).optional(), 'home of Claude Code (default `~/.claude`)'],
  SYNCLINE_CODEX_HOME: [text.min(1).optional(), 'home of Codex (default `~/.codex`)'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

type Settings = typeof settings;
type Read = { [K in keyof Settings]: z.output<Settings[K][0]> };

export interface Config extends Omit<
  Read,
  'SYNCLINE_DATA_DIR' | 'SYNCLINE_CLAUDE_HOME' | 'SYNCLINE_CODEX_HOME'
> {
  readonly SYNCLINE_DATA_DIR: string;
  readonly SYNCLINE_CLAUDE_HOME: string;
  readonly SYNCLINE_CODEX_HOME: string;
  readonly home: string;
  /** `--insecure`: reachable for others without a token. */
  readonly isInsecure: boolean;
}

export class BadSettings extends Error {
  override readonly name = 'BadSettings';
}

/** Empty values count as absent; every bad one is named at once. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  { root, isInsecure }: { root: string; isInsecure: boolean },
): Config {
  const schema = z.object(Object.fromEntries(Object.entries(settings).map(([name, [type]]) => [name, type])));
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name in settings && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new BadSettings(`Settings that cannot be used:\n  ${lines.join('\n  ')}`);
  }
  const read = parsed.data as Read;
  const home = environment.HOME ?? homedir();
  return {
    ...read,
    home,
    isInsecure,
    SYNCLINE_DATA_DIR: resolve(read.SYNCLINE_DATA_DIR ?? join(root, '.syncline')),
    SYNCLINE_CLAUDE_HOME: resolve(read.SYNCLINE_CLAUDE_HOME ?? join(home, '.claude')),
    SYNCLINE_CODEX_HOME: resolve(read.SYNCLINE_CODEX_HOME ?? join(home, '.codex')),
  };
}
