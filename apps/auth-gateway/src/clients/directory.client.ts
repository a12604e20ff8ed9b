import {
  SignInAddressResponse,
  SignInResponse,
  type SignInAddressRequest,
  type SignInRequest,
} from '@homerealm/contracts';
import { callOwn } from '@homerealm/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import { signInErrors } from '../domain/sign-in.errors.js';
import { Directory } from '../use-cases/directory.port.js';
import { ServiceTokens } from '../use-cases/service-tokens.port.js';

export type DirectoryClientOptions = { url: string; timeoutMs: number };

type Question<T> = { route: '/sign-ins' | '/sign-in-addresses'; body: string; read: (json: unknown) => T };

/** Errors of a connection that never carried an answer. Asking again is safe: the attempt id makes it one question. */
const connectionErrors = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
]);

const largestAnswer = 1_048_576;

/** Asks the identity directory over kept-open connections. One time limit holds for both tries together. */
@Injectable()
export class DirectoryClient extends Directory implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly basePath: string;

  constructor(
    private readonly tokens: ServiceTokens,
    private readonly options: DirectoryClientOptions,
  ) {
    super();
    const { origin, pathname } = new URL(options.url);
    this.basePath = pathname.replace(/\/$/, '');
    this.pool = new Pool(origin, {
      ...{ connections: 64, pipelining: 1, keepAliveTimeout: 30_000, maxResponseSize: largestAnswer },
      connect: { timeout: Math.min(2_000, options.timeoutMs) },
    });
  }

  signIn(request: SignInRequest): Promise<SignInResponse> {
    return this.inTime({
      route: '/sign-ins',
      body: JSON.stringify(request),
      read: (json) => SignInResponse.parse(json),
    });
  }

  addressOf(request: SignInAddressRequest): Promise<string | null> {
    const read = (json: unknown) => SignInAddressResponse.parse(json).sendTo;
    return this.inTime({ route: '/sign-in-addresses', body: JSON.stringify(request), read });
  }

  private async inTime<T>(question: Question<T>): Promise<T> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.options.timeoutMs);
    try {
      return await this.askTwice(question, stop.signal);
    } catch (error) {
      throw signInErrors('directory.unavailable', { reason: reasonOf(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }

  private async askTwice<T>(question: Question<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.ask(question, signal);
    } catch (error) {
      if (signal.aborted || !connectionErrors.has(reasonOf(error))) throw error;
      return this.ask(question, signal);
    }
  }

  private async ask<T>({ route, body, read }: Question<T>, signal: AbortSignal): Promise<T> {
    const token = await this.tokens.tokenFor('sign-ins:write');
    return callOwn({ service: 'identity-directory', method: 'POST', route }, async (traceHeaders) => {
      const answer = await this.pool.request({
        ...{ method: 'POST', path: `${this.basePath}${route}`, body, signal },
        headers: { ...traceHeaders, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      const text = await answer.body.text();
      if (answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`status ${answer.statusCode}`);
      return read(JSON.parse(text));
    });
  }
}

/** A short word for the log; never the body of an answer, which holds personal data. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error.message.startsWith('status ') ? error.message : error.name;
}
