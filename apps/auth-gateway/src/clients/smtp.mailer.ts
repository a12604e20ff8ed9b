import { createTransport } from 'nodemailer';
import type { MailText } from '../domain/own-sign-in/code-message.js';
import { Mailer, Undeliverable } from '../use-cases/codes/mailer.port.js';

export type SmtpOptions = {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. */
  url: string;
  /** `Name <address>` or an address. */
  from: string;
  timeoutMilliseconds: number;
  /** The host may be spoken to without TLS: a receiver on this machine. Elsewhere `smtp://` begins with STARTTLS. */
  plain?: boolean;
};

/** Hands mails to one SMTP server over a few kept-open connections. */
export class SmtpMailer extends Mailer {
  private readonly transport;

  constructor(private readonly options: SmtpOptions) {
    super();
    const { hostname, protocol, port, username, password } = new URL(options.url);
    const secure = protocol === 'smtps:';
    const { timeoutMilliseconds: timeout } = options;
    this.transport = createTransport({
      ...{ pool: true as const, maxConnections: 4, host: hostname.replace(/^\[|\]$/g, ''), secure },
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      ...(!secure && ((options.plain ?? isLoopback(hostname)) ? { ignoreTLS: true } : { requireTLS: true })),
      ...{ connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout },
      // Nothing in our mails comes from elsewhere; if it ever did, it would not be fetched.
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
  }

  async send(to: string, { subject, text, html }: MailText): Promise<void> {
    try {
      await this.transport.sendMail({
        ...{ from: this.options.from, to: { name: '', address: to }, subject, text, html },
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    } catch (error) {
      const { responseCode } = error as { responseCode?: unknown };
      // RFC 5321 §4.2.1: 5yz stays as it is however often it is asked.
      if (typeof responseCode === 'number' && responseCode >= 500) throw new Undeliverable(`smtp ${responseCode}`);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.transport.close();
  }
}

const isLoopback = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host);
