import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { traceIds } from './tracing/spans.js';

/** Fields that never reach a log line, wherever they stand in a logged object. */
const secretFields = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'clientSecret',
  'client_secret',
  'client_assertion',
  'code',
  'code_verifier',
  'token',
  'access_token',
  'id_token',
  'refresh_token',
  'sealed',
  'email',
  'wresult',
  'SAMLResponse',
  'SAMLRequest',
  'nameId',
];

/**
 * Makes the service's logger: JSON lines on stdout (or where `to` takes them), secret fields removed, and the id of the
 * trace while there is one.
 */
export function createLogger(name: string, level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name,
    level,
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), remove: true },
    serializers: { err: describeError },
    mixin: traceIds,
  };
  return to ? pino(options, to) : pino(options);
}

/** An error as it may be logged: name, code, message, stack and kind; never properties a driver hung on it. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'something that is no Error was thrown' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' && { code }),
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  };
}

/** Lets Nest log through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (...said: unknown[]) => this.write('debug', said);
  warn = (...said: unknown[]) => this.write('warn', said);
  debug = (...said: unknown[]) => this.write('debug', said);
  verbose = (...said: unknown[]) => this.write('trace', said);
  fatal = (...said: unknown[]) => this.write('fatal', said);
  error = (...said: unknown[]) => this.write('error', said);

  /** Nest puts the context last. Before it stand a text or an error, or fields with a text; with a text also a stack. */
  private write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', [message, ...rest]: unknown[]): void {
    const texts = rest.filter((one) => typeof one === 'string');
    const at = { context: texts.at(-1) };
    if (message instanceof Error) this.logger[level]({ ...at, err: message }, message.message);
    else if (typeof message === 'object') this.logger[level]({ ...message, ...at }, texts.slice(0, -1)[0]);
    else this.logger[level](at, String(message));
  }
}
