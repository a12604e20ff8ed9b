import { createHash } from 'node:crypto';
import { register } from 'prom-client';
import { SmallAvatars } from '../fixtures/small-avatars.js';
import { SmallMailbox } from '../fixtures/small-mailbox.js';
import { SmallSmsProvider } from '../fixtures/small-sms-provider.js';
import type { CodeMessage } from '../domain/own-sign-in/code-message.js';
import { BackgroundCourier } from './background.courier.js';
import { ConsoleSmsSender } from './console.sms-sender.js';
import { GravatarAvatars } from './gravatar.avatars.js';
import { SmtpMailer } from './smtp.mailer.js';
import { TwilioSmsSender } from './twilio.sms-sender.js';

const mailbox = new SmallMailbox();
const provider = new SmallSmsProvider();
const avatars = new SmallAvatars();

beforeAll(() => Promise.all([mailbox.start(), provider.start(), avatars.start()]));
afterAll(() => Promise.all([mailbox.close(), provider.close(), avatars.close()]));
beforeEach(() => {
  mailbox.mails.length = 0;
  provider.sent.length = 0;
});

const mailer = () =>
  new SmtpMailer({ url: mailbox.url, from: 'Homerealm <no-reply@id.example>', timeoutMilliseconds: 2_000 });
const sms = (from = '+15005550006') =>
  new TwilioSmsSender({ url: provider.url, accountSid: 'AC1', authToken: 'token', from, timeoutMilliseconds: 2_000 });
const message = (change: Partial<CodeMessage> = {}): CodeMessage => ({
  ...{ channel: 'email', to: 'ada@contoso.example', code: '12345678', applicationName: 'Contoso Expenses' },
  ...change,
});

async function counted(): Promise<Record<string, number>> {
  const metric = await register.getSingleMetric('homerealm_code_deliveries_total')?.get();
  return Object.fromEntries(
    (metric?.values ?? []).map(({ labels, value }) => [`${labels['channel']} ${labels['outcome']}`, value]),
  );
}

async function delivered(options: Partial<ConstructorParameters<typeof BackgroundCourier>[0]>, sent = message()) {
  const before = await counted();
  const courier = new BackgroundCourier({ mailer: null, smsSender: null, retryAfter: [1, 1, 1], ...options });
  courier.deliver(sent.channel, async () => sent);
  await courier.settled();
  await courier.onApplicationShutdown();
  const after = await counted();
  return Object.keys(after).filter((key) => after[key] !== before[key]);
}

describe('mails over SMTP', () => {
  it('bring the code as text and as HTML, not in the subject, with nothing to load or to follow', async () => {
    expect(await delivered({ mailer: mailer() })).toEqual(['email sent']);
    const [mail] = mailbox.mails;
    expect(mail?.to).toBe('ada@contoso.example');
    expect(mail?.subject).toBe('Your sign-in code for Contoso Expenses');
    expect(mail?.raw).toMatch(/^From: Homerealm <no-reply@id.example>/m);
    expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(mail?.raw.match(/1234 5678/g)).toHaveLength(2);
    expect(mail?.raw).not.toMatch(/https?:|<img|<a /);
  });

  it('take the name of an application for what it is: text on one line', async () => {
    await delivered({ mailer: mailer() }, message({ applicationName: 'A\r\nBcc: eve@evil.example\r\n<b>' }));
    const [mail] = mailbox.mails;
    expect(mail?.to).toBe('ada@contoso.example');
    expect(mail?.raw).not.toMatch(/^Bcc:/m);
    expect(mail?.raw).toContain('&lt;b&gt;');
  });

  it('go to one address only, however it is written', async () => {
    await delivered({ mailer: mailer() }, message({ to: "o'brien+x=y@contoso.example" }));
    expect(mailbox.mails.map(({ to }) => to)).toEqual(["o'brien+x=y@contoso.example"]);
  });

  it('are sent again when the server says: not now', async () => {
    mailbox.refusals.push({ code: 451, times: 2 });
    expect(await delivered({ mailer: mailer() })).toEqual(['email sent']);
    expect(mailbox.mails).toHaveLength(1);
  });

  it('are given up when the server says: never', async () => {
    mailbox.refusals.push({ code: 550, times: 1 });
    expect(await delivered({ mailer: mailer() })).toEqual(['email refused']);
    expect(mailbox.mails).toHaveLength(0);
  });

  it('are given up after a few tries when nobody answers', async () => {
    const nobody = new SmtpMailer({ url: 'smtp://127.0.0.1:1', from: 'a@b.example', timeoutMilliseconds: 500 });
    expect(await delivered({ mailer: nobody })).toEqual(['email failed']);
  });

  it('are not sent in the clear to a server elsewhere', async () => {
    const { url } = mailbox;
    const elsewhere = new SmtpMailer({ url, from: 'a@b.example', timeoutMilliseconds: 500, plain: false });
    await expect(elsewhere.send('ada@contoso.example', { subject: 's', text: 't', html: 'h' })).rejects.toThrow();
    expect(mailbox.mails).toHaveLength(0);
    await elsewhere.close();
  });
});

describe('text messages through Twilio', () => {
  it('are a form with the account as basic auth', async () => {
    expect(await delivered({ smsSender: sms() }, message({ channel: 'sms', to: '+4915112345678' }))).toEqual([
      'sms sent',
    ]);
    expect(provider.sent).toEqual([
      {
        path: '/2010-04-01/Accounts/AC1/Messages.json',
        authorization: `Basic ${Buffer.from('AC1:token').toString('base64')}`,
        form: { To: '+4915112345678', From: '+15005550006', Body: expect.stringContaining('1234 5678') as string },
      },
    ]);
  });

  it('come from a messaging service where one is named', async () => {
    const sender = sms('MG123');
    await sender.send('+4915112345678', 'hello');
    expect(provider.sent[0]?.form).toEqual({ To: '+4915112345678', MessagingServiceSid: 'MG123', Body: 'hello' });
    await sender.close();
  });

  it.each([
    [429, 'sms sent', 1],
    [503, 'sms sent', 1],
    [400, 'sms refused', 0],
    [401, 'sms refused', 0],
  ])('answered %i: %s', async (status, outcome, sent) => {
    provider.statuses.push(status);
    expect(await delivered({ smsSender: sms() }, message({ channel: 'sms', to: '+4915112345678' }))).toEqual([outcome]);
    expect(provider.sent).toHaveLength(sent);
  });

  it('on the console need no provider', async () => {
    const sent = message({ channel: 'sms', to: '+4915112345678' });
    expect(await delivered({ smsSender: new ConsoleSmsSender(false) }, sent)).toEqual(['sms sent']);
  });
});

describe('the courier', () => {
  it('says which ways it has', () => {
    const ways = (options: object) => [
      ...new BackgroundCourier({ mailer: null, smsSender: null, ...options }).channels,
    ];
    expect(ways({})).toEqual([]);
    expect(ways({ smsSender: new ConsoleSmsSender(false) })).toEqual(['sms']);
  });

  it('begins no other try once the service ends', async () => {
    let tries = 0;
    const courier = new BackgroundCourier({ mailer: mailer(), smsSender: null, retryAfter: [60_000] });
    courier.deliver('email', async () => {
      tries++;
      throw new Error('not now');
    });
    await courier.onApplicationShutdown();
    expect(tries).toBeLessThanOrEqual(2);
  });
});

describe('pictures of Gravatar', () => {
  const path = `/avatar/${createHash('sha256').update('ada@contoso.example').digest('hex')}`;

  it('are found by the hash of the address, whatever its case', async () => {
    avatars.pictures.add(path);
    expect(await new GravatarAvatars(avatars.url).find('Ada@Contoso.example')).toBe(`${avatars.url}${path}?s=256`);
    expect(avatars.asked.at(-1)).toBe(`HEAD ${path}?d=404&s=256`);
    expect(await new GravatarAvatars(avatars.url).find('bob@contoso.example')).toBeNull();
  });

  it('are none when nobody answers within a second, or nothing is asked', async () => {
    avatars.hangs = true;
    const started = Date.now();
    expect(await new GravatarAvatars(avatars.url).find('ada@contoso.example')).toBeNull();
    expect(Date.now() - started).toBeLessThan(5_000);
    const asked = avatars.asked.length;
    expect(await new GravatarAvatars('off').find('ada@contoso.example')).toBeNull();
    expect(await new GravatarAvatars('http://127.0.0.1:1').find('ada@contoso.example')).toBeNull();
    expect(avatars.asked).toHaveLength(asked);
  });
});
