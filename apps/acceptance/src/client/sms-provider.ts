import { createServer, type IncomingMessage, type Server } from 'node:http';
import { bodyOf, closeServer, eventually, listenOnLoopback } from '@homerealm/testing';

type Sms = { to: string; text: string };

const account = { sid: 'AC00000000000000000000000000acce97', token: 'acceptance-sms-token', from: '+15005550006' };

/** Twilio's Messages API, as far as whoever sends through it can tell: every text message ends here. */
export class SmsProvider {
  readonly sent: Sms[] = [];
  /** Statuses of the next answers; those it refuses so it does not send. After them everything is sent. */
  readonly refusals: number[] = [];
  private readonly read = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    private readonly origin: string,
  ) {
    server.on('request', (request, response) => {
      void this.take(request).then((status) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end('{"sid":"SM1"}');
      });
    });
  }

  static async start(): Promise<SmsProvider> {
    const server = createServer();
    return new SmsProvider(server, `http://127.0.0.1:${await listenOnLoopback(server)}`);
  }

  /** What an operator sets who has an account there. */
  get settings(): Record<string, string> {
    return {
      ...{ SMS_PROVIDER: 'twilio', SMS_FROM: account.from },
      SMS_TWILIO_URL: this.origin,
      ...{ SMS_TWILIO_ACCOUNT_SID: account.sid, SMS_TWILIO_AUTH_TOKEN: account.token },
    };
  }

  /** The code in the next text message to this number that was not read here before. */
  codeFor(phone: string): Promise<string> {
    return eventually(
      () => {
        const texts = this.sent.filter(({ to }) => to === phone);
        if (texts.length === (this.read.get(phone) ?? 0)) return false;
        this.read.set(phone, texts.length);
        return /\d{4} \d{4}/.exec(texts.at(-1)?.text ?? '')?.[0] ?? false;
      },
      { timeout: 20_000, says: 'a text message with a code' },
    );
  }

  stop(): Promise<void> {
    return closeServer(this.server);
  }

  /** Only whoever knows the account may send, as there. */
  private async take(request: IncomingMessage): Promise<number> {
    const form = new URLSearchParams(await bodyOf(request));
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return refusal;
    const { authorization = '' } = request.headers;
    if (authorization !== `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}`) return 401;
    if (request.url !== `/2010-04-01/Accounts/${account.sid}/Messages.json`) return 404;
    const [to, from, text] = [form.get('To'), form.get('From'), form.get('Body')];
    if (request.method !== 'POST' || !to || from !== account.from || !text) return 400;
    this.sent.push({ to, text });
    return 201;
  }
}
