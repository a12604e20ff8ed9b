import { z } from 'zod';

const most = (byDefault: number, says: string) => z.coerce.number().int().positive().default(byDefault).describe(says);
const url = (protocols: readonly string[]) =>
  z.url().refine((text) => protocols.includes(new URL(text).protocol), `expected ${protocols.join(' or ')}`);

/** Settings of signing in without a provider: how codes are sent, and how many. */
export const ownSignInSettings = {
  MAIL_SMTP_URL: url(['smtp:', 'smtps:'])
    .optional()
    .describe(
      'Mail server for one-time codes, `smtps://user:password@host` or `smtp://…` (STARTTLS; plain on loopback). Without it nobody signs in by email.',
    ),
  MAIL_FROM: z
    .string()
    .max(320)
    .optional()
    .describe('Sender of our mails, `Name <address>`; by default no-reply at the host of ISSUER.'),
  SMS_PROVIDER: z
    .enum(['none', 'console', 'twilio'])
    .default('none')
    .describe(
      'Who sends text messages; `console` only says in the log that one would be sent. With `none` nobody signs in by phone.',
    ),
  SMS_CONSOLE_SHOWS_TEXT: z
    .enum(['yes', 'no'])
    .default('no')
    .describe('With SMS_PROVIDER=console: the log shows number and code. For development only.'),
  SMS_TWILIO_URL: url(['https:', 'http:']).default('https://api.twilio.com').describe('Where Twilio’s API is.'),
  SMS_TWILIO_ACCOUNT_SID: z.string().optional().describe('Account of SMS_PROVIDER=twilio.'),
  SMS_TWILIO_AUTH_TOKEN: z.string().optional().describe('Its token.'),
  SMS_FROM: z
    .string()
    .optional()
    .describe('Sender of text messages: a number, a name, or a messaging service (`MG…`).'),
  GRAVATAR_URL: z
    .union([z.literal('off'), url(['https:', 'http:'])])
    .default('https://www.gravatar.com')
    .describe('Where a picture is looked for at sign-up, by a hash of the address; `off`: nowhere.'),
  CODES_PER_IDENTIFIER: most(
    5,
    'Codes sent for one email, phone or username within 15 minutes, in all processes together.',
  ),
  CODES_PER_NETWORK: most(20, 'Codes sent for one network address within 15 minutes, in all processes together.'),
  CODE_TRIES_PER_IDENTIFIER: most(
    10,
    'Wrong codes for one email, phone or username within an hour, in all processes together.',
  ),
  CODE_TRIES_PER_NETWORK: most(50, 'Wrong codes from one network address within an hour, in all processes together.'),
};
