import { Database } from '@homerealm/events';
import { BadSettings, openSealer } from '@homerealm/platform';
import type { Provider, Type } from '@nestjs/common';
import { BackgroundCourier } from './clients/background.courier.js';
import { ConsoleSmsSender } from './clients/console.sms-sender.js';
import { GravatarAvatars } from './clients/gravatar.avatars.js';
import { SmtpMailer } from './clients/smtp.mailer.js';
import { TwilioSmsSender } from './clients/twilio.sms-sender.js';
import { SETTINGS, type Settings } from './config.js';
import { codeLimits } from './domain/own-sign-in/limits.js';
import { OwnSignInController } from './http/sign-in/own-sign-in.controller.js';
import { CachedPolicies } from './store/cached.policies.js';
import { CodeSweeper } from './store/code-sweeper.js';
import { AddSignInCodes1765500000000 } from './store/migrations/1765500000000-add-sign-in-codes.js';
import { PostgresCodes } from './store/postgres.codes.js';
import { PostgresLimits } from './store/postgres.limits.js';
import { SealingKeyedHash } from './store/sealing.keyed-hash.js';
import { SignInCodeEntity, SignInLimitEntity } from './store/sign-in-code.entities.js';
import { SystemRandomNumber } from './store/system.random-number.js';
import { Avatars } from './use-cases/avatars.port.js';
import { CheckCode } from './use-cases/codes/check-code.js';
import { CodeLimitSettings } from './use-cases/codes/code-limit-settings.port.js';
import { Codes } from './use-cases/codes/codes.port.js';
import { CountCodes } from './use-cases/codes/count-codes.js';
import { Courier } from './use-cases/codes/courier.port.js';
import type { Mailer } from './use-cases/codes/mailer.port.js';
import { RandomNumber } from './use-cases/codes/random-number.port.js';
import { SendCode } from './use-cases/codes/send-code.js';
import type { SmsSender } from './use-cases/codes/sms-sender.port.js';
import { KeyedHash } from './use-cases/keyed-hash.port.js';
import { Limits } from './use-cases/limits.port.js';
import { AskForCode } from './use-cases/own-sign-in/ask-for-code.js';
import { AskGate } from './use-cases/own-sign-in/ask-gate.js';
import { AskOwnDirectory } from './use-cases/own-sign-in/ask-own-directory.js';
import { EnterCode } from './use-cases/own-sign-in/enter-code.js';
import { FinishOwnSignIn } from './use-cases/own-sign-in/finish-own-sign-in.js';
import { OwnWays } from './use-cases/own-sign-in/own-ways.js';
import { SendAgain } from './use-cases/own-sign-in/send-again.js';
import { ShowCode } from './use-cases/own-sign-in/show-code.js';
import { ShowSignUp } from './use-cases/own-sign-in/show-sign-up.js';
import { SignUp } from './use-cases/own-sign-in/sign-up.js';
import { Policies } from './use-cases/policies.port.js';

/* Signing in without a provider, for `sign-in.parts.ts`. */

export const ownSignInControllers: Type[] = [OwnSignInController];
export const ownSignInEntities = [SignInCodeEntity, SignInLimitEntity];
export const ownSignInMigrations = [AddSignInCodes1765500000000];

const useCases = [
  ...[CheckCode, CountCodes, SendCode],
  ...[
    AskForCode,
    AskGate,
    AskOwnDirectory,
    EnterCode,
    FinishOwnSignIn,
    OwnWays,
    SendAgain,
    ShowCode,
    ShowSignUp,
    SignUp,
  ],
];

const ports: Provider[] = [
  { provide: Limits, useClass: PostgresLimits },
  { provide: Policies, useExisting: CachedPolicies },
  { provide: RandomNumber, useClass: SystemRandomNumber },
  {
    provide: Codes,
    useFactory: (database: Database, { SEALING_KEYS }: Settings) =>
      new PostgresCodes(database, openSealer(SEALING_KEYS)),
    inject: [Database, SETTINGS],
  },
  {
    provide: KeyedHash,
    useFactory: ({ SEALING_KEYS }: Settings) => new SealingKeyedHash(SEALING_KEYS),
    inject: [SETTINGS],
  },
  {
    provide: CodeLimitSettings,
    useFactory: (settings: Settings): CodeLimitSettings => ({
      limits: codeLimits({
        sentToIdentifier: settings.CODES_PER_IDENTIFIER,
        sentForNetwork: settings.CODES_PER_NETWORK,
        wrongForIdentifier: settings.CODE_TRIES_PER_IDENTIFIER,
        wrongForNetwork: settings.CODE_TRIES_PER_NETWORK,
      }),
    }),
    inject: [SETTINGS],
  },
  {
    provide: Courier,
    useFactory: (settings: Settings) =>
      new BackgroundCourier({ mailer: mailerOf(settings), smsSender: smsSenderOf(settings) }),
    inject: [SETTINGS],
  },
  {
    provide: Avatars,
    useFactory: ({ GRAVATAR_URL }: Settings) => new GravatarAvatars(GRAVATAR_URL),
    inject: [SETTINGS],
  },
];

export const ownSignInProviders: Provider[] = [...useCases, ...ports, CachedPolicies, CodeSweeper];

/** How long a mail server or an SMS provider may take for one message. */
const timeoutMilliseconds = 10_000;

function mailerOf({ MAIL_SMTP_URL, MAIL_FROM, ISSUER }: Settings): Mailer | null {
  if (MAIL_SMTP_URL === undefined) return null;
  const from = MAIL_FROM ?? `no-reply@${new URL(ISSUER).hostname}`;
  return new SmtpMailer({ url: MAIL_SMTP_URL, from, timeoutMilliseconds });
}

function smsSenderOf(settings: Settings): SmsSender | null {
  if (settings.SMS_PROVIDER === 'none') return null;
  if (settings.SMS_PROVIDER === 'console') return new ConsoleSmsSender(settings.SMS_CONSOLE_SHOWS_TEXT === 'yes');
  const { SMS_TWILIO_URL, SMS_TWILIO_ACCOUNT_SID, SMS_TWILIO_AUTH_TOKEN, SMS_FROM } = settings;
  if (!SMS_TWILIO_ACCOUNT_SID || !SMS_TWILIO_AUTH_TOKEN || !SMS_FROM) {
    throw new BadSettings(['SMS_PROVIDER=twilio needs SMS_TWILIO_ACCOUNT_SID, SMS_TWILIO_AUTH_TOKEN and SMS_FROM']);
  }
  return new TwilioSmsSender({
    ...{ url: SMS_TWILIO_URL, accountSid: SMS_TWILIO_ACCOUNT_SID, authToken: SMS_TWILIO_AUTH_TOKEN, from: SMS_FROM },
    timeoutMilliseconds,
  });
}
