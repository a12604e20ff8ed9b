import { Pool } from 'undici';
import { SmsSender } from '../use-cases/codes/sms-sender.port.js';
import { Undeliverable } from '../use-cases/codes/mailer.port.js';

export type TwilioOptions = {
  /** `https://api.twilio.com`, a regional host, or a stand-in. */
  url: string;
  accountSid: string;
  authToken: string;
  /** A number in E.164, a sender name, or a messaging service (`MG…`). */
  from: string;
  timeoutMilliseconds: number;
};

/** Twilio's Messages API: a form, with the account and its token as basic auth. */
export class TwilioSmsSender extends SmsSender {
  private readonly pool: Pool;
  private readonly path: string;

  constructor(private readonly options: TwilioOptions) {
    super();
    const { origin, pathname } = new URL(options.url);
    const { timeoutMilliseconds: timeout } = options;
    this.pool = new Pool(origin, {
      ...{ connections: 8, maxResponseSize: 65_536, headersTimeout: timeout, bodyTimeout: timeout },
      connect: { timeout },
    });
    const account = encodeURIComponent(options.accountSid);
    this.path = `${pathname.replace(/\/$/, '')}/2010-04-01/Accounts/${account}/Messages.json`;
  }

  async send(to: string, text: string): Promise<void> {
    const { accountSid, authToken, from, timeoutMilliseconds } = this.options;
    const sender = from.startsWith('MG') ? 'MessagingServiceSid' : 'From';
    const { statusCode, body } = await this.pool.request({
      ...{ method: 'POST', path: this.path, signal: AbortSignal.timeout(timeoutMilliseconds) },
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({ To: to, [sender]: from, Body: text }).toString(),
    });
    // Its answers repeat the number, so they are read to their end and not kept.
    await body.dump();
    if (statusCode >= 200 && statusCode < 300) return;
    const passes = statusCode === 429 || statusCode >= 500;
    const reason = `provider answered ${statusCode}`;
    throw passes ? Object.assign(new Error(reason), { code: `HTTP_${statusCode}` }) : new Undeliverable(reason);
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}
