import { createUpstreamHttp, type UpstreamHttp } from '@homerealm/connectors';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { request } from 'undici';
import { LogoutSender } from '../use-cases/logout-notices.port.js';

const timeoutMs = 5_000;

/**
 * Posts logout tokens: to public https addresses, and to the origins the operator lists, which may be of the private
 * network or plain http. Follows no redirect, and reads nothing of the answer but its status.
 */
export class HttpLogoutSender extends LogoutSender implements OnApplicationShutdown {
  private readonly logger = new Logger('sign-out');
  private readonly http: UpstreamHttp;

  constructor(private readonly listed: readonly string[]) {
    super();
    this.http = createUpstreamHttp({ allowedOrigins: 'any-public', timeoutMs, maxBytes: 64 * 1_024, connections: 4 });
  }

  async send(uri: string, logoutToken: string): Promise<boolean> {
    const { origin } = new URL(uri);
    try {
      const status = await this.post(uri, origin, logoutToken);
      if (status === 200 || status === 204) return true;
      this.logger.warn({ origin, status }, 'an application did not take a logout notice');
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn({ origin, reason }, 'an application could not be told of a logout');
    }
    return false;
  }

  onApplicationShutdown(): Promise<void> {
    return this.http.close();
  }

  private async post(uri: string, origin: string, logoutToken: string): Promise<number> {
    const form = { logout_token: logoutToken };
    if (!this.listed.includes(origin)) return (await this.http.request(uri, { method: 'POST', form })).status;
    const { statusCode, body } = await request(uri, {
      ...{ method: 'POST', body: new URLSearchParams(form).toString(), signal: AbortSignal.timeout(timeoutMs) },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await body.dump();
    return statusCode;
  }
}
