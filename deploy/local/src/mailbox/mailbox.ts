import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { type KeptMail, mailboxPage } from './mailbox-page.js';
import { readMail } from './read-mail.js';

/** More mails than that nobody reads; the oldest go. */
const mostMails = 200;

export type Mailbox = {
  /** The page; `/mails` gives the same as JSON, newest first, `/mails?to=address` those of one person. */
  url: string;
  /** For MAIL_SMTP_URL. */
  smtpUrl: string;
  stop(): Promise<void>;
};

/** Takes every mail of a local system and shows it, on this machine only. */
export async function startMailbox(wantedPort: number): Promise<Mailbox> {
  const mails: KeptMail[] = [];
  const smtp = receiver((mail) => {
    mails.unshift(mail);
    mails.length = Math.min(mails.length, mostMails);
  });
  await new Promise<void>((resolve, reject) => {
    smtp.server.once('error', reject);
    smtp.listen(0, '127.0.0.1', resolve);
  });
  const pages = createServer((request, response) => show(mails, request, response));
  await listen(pages, wantedPort).catch(() => listen(pages, 0));
  return {
    url: `http://localhost:${portOf(pages)}`,
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    stop: async () => {
      pages.closeAllConnections();
      await new Promise((closed) => pages.close(closed));
      await new Promise<void>((closed) => smtp.close(() => closed()));
    },
  };
}

function receiver(keep: (mail: KeptMail) => void): SMTPServer {
  return new SMTPServer({
    ...{ disabledCommands: ['AUTH', 'STARTTLS'], hideSTARTTLS: true, logger: false, size: 1_048_576 },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
        keep({ ...readMail(Buffer.concat(chunks).toString(), to), receivedAt: new Date().toISOString() });
        done();
      });
    },
  });
}

function show(mails: readonly KeptMail[], request: IncomingMessage, response: ServerResponse): void {
  // A page elsewhere could make its own name lead here and read the codes; our own name is never its.
  const isOurs = /^(localhost|127\.0\.0\.1|\[::1\]):\d+$/.test(request.headers.host ?? '');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const to = searchParams.get('to');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  if (!isOurs || request.method !== 'GET') response.writeHead(403).end();
  else if (pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(mailboxPage(mails));
  } else if (pathname === '/mails') {
    const found = mails.filter((mail) => to === null || mail.to === to);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  } else response.writeHead(404).end();
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
