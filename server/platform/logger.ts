/** One JSON line a fact on stderr, with secrets left out. */
import { pino } from 'pino';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

export interface Logger {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

export function createLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeFailure },
      redact: ['*.token', '*.access_token', '*.authorization', 'token', 'access_token', 'authorization'],
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

interface LoggedFailure {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedFailure;
}

const messageLength = 500;
const stackLines = 12;

/** A failed query carries its whole statement and every value: documents do not belong into a log. */
export function describeFailure(failure: unknown): LoggedFailure {
  if (!(failure instanceof Error))
    return { type: typeof failure, message: String(failure).slice(0, messageLength) };
  const { name, message, stack, cause } = failure;
  const frames = stack?.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return {
    type: failure.constructor.name || name,
    message: message.split('\nparams: ')[0]!.slice(0, messageLength),
    ...('code' in failure && { code: failure.code }),
    stack: frames?.slice(0, stackLines).join('\n'),
    ...(cause !== undefined && cause !== failure && { cause: describeFailure(cause) }),
  };
}
