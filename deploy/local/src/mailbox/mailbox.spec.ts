import { createConnection, createServer } from 'node:net';
import { type Mailbox, startMailbox } from './mailbox.js';
import { readMail } from './read-mail.js';

type Mail = { to: string; subject: string; text: string };

describe('the mailbox of a local system', () => {
  let mailbox: Mailbox;
  beforeEach(async () => {
    mailbox = await startMailbox(0);
  });
  afterEach(() => mailbox.stop());

  const mails = async (query = ''): Promise<Mail[]> =>
    (await (await fetch(`${mailbox.url}/mails${query}`)).json()) as Mail[];

  it('shows what it was sent, the newest first', async () => {
    expect(await (await fetch(mailbox.url)).text()).toContain('No mail yet.');
    await send(mailbox.smtpUrl, 'ada@mail.example', 'Subject: One\r\n\r\nfirst <b>');
    await send(mailbox.smtpUrl, 'bob@mail.example', 'Subject: Two\r\n\r\nsecond');
    expect((await mails()).map(({ subject }) => subject)).toEqual(['Two', 'One']);
    expect(await mails('?to=ada@mail.example')).toMatchObject([{ to: 'ada@mail.example', text: 'first <b>' }]);
    const page = await (await fetch(mailbox.url)).text();
    expect(page).toContain('first &lt;b&gt;');
    expect(page.indexOf('Two')).toBeLessThan(page.indexOf('One'));
  });

  it('answers by its own name only', async () => {
    const { port } = new URL(mailbox.url);
    for (const [host, status] of [
      [`localhost:${port}`, 200],
      [`evil.example:${port}`, 403],
    ] as const) {
      expect(await statusOf(Number(port), host)).toBe(status);
    }
  });

  it('takes another port when the wanted one is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const second = await startMailbox(port);
    expect(second.url).not.toContain(`:${port}`);
    await second.stop();
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('reading a mail', () => {
  it('takes the text of two parts, and decodes it', () => {
    const raw = [
      ...[
        'From: a@b.example',
        'Subject: =?UTF-8?Q?Caf=C3=A9?=',
        'Content-Type: multipart/alternative;',
        ' boundary="x-1"',
        '',
      ],
      ...['--x-1', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', ''],
      ...['It=E2=80=99s a long =', 'line', '--x-1', 'Content-Type: text/html', '', '<p>no</p>', '--x-1--', ''],
    ].join('\r\n');
    expect(readMail(raw, 'c@d.example')).toEqual({
      ...{ to: 'c@d.example', from: 'a@b.example', subject: 'Café', text: 'It’s a long line' },
    });
  });
});

/** As plain as SMTP can be. */
async function send(url: string, to: string, mail: string): Promise<void> {
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
  const commands = ['HELO me', 'MAIL FROM:<a@b.example>', `RCPT TO:<${to}>`, 'DATA', `${mail}\r\n.`, 'QUIT'];
  for await (const answer of socket.setEncoding('utf8')) {
    if (!/^[23]/.test(String(answer))) throw new Error(String(answer));
    const command = commands.shift();
    if (command === undefined) break;
    socket.write(`${command}\r\n`);
  }
  socket.destroy();
}

function statusOf(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    socket.once('error', reject);
    socket.once('data', (data) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())?.[1]));
      socket.destroy();
    });
  });
}
