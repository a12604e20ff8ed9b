import type { PageText } from '../../domain/sign-in-refusals.js';

const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** Everything people read while they sign in. */
export const texts = {
  language: 'en',
  signIn: {
    title: (application: string) => `Sign in to ${application}`,
    identifier: (own: { phone: boolean; username: boolean }) =>
      listOf(['Email address', ...(own.username ? ['username'] : []), ...(own.phone ? ['phone'] : [])]),
    emailHelp: 'Use your work email. Your company’s sign-in page opens next.',
    ownHelp: 'With a work email, your company’s sign-in page may open next. Otherwise we send you a code.',
    next: 'Continue',
    or: 'or',
    continueWith: (name: string) => `Continue with ${name}`,
    onlyOne: 'Your application has chosen how you sign in.',
    none: 'The way your application has chosen for you to sign in is not available.',
    cancel: 'Cancel and go back',
  },
  problems: {
    'not-an-email': 'Enter an email address like name@company.example.',
    'not-an-identifier':
      'Enter an email address like name@company.example, a username, or a phone number that begins with + and the country.',
    'no-way-in': 'We could not find a way to sign you in with this address. Check the spelling, or choose another way.',
    'other-organization': 'This address belongs to another organization than the one you are signing in to.',
  },
  code: {
    title: 'Enter your code',
    /** The same whether anybody has it or not. */
    sent: {
      email: (to: string) => `We have sent a code to ${to}.`,
      username: (to: string) =>
        `If ${to} can sign in here, a code is on its way to the email address that belongs to it.`,
      phone: (to: string) => `If ${to} can sign in here, a code is on its way to it.`,
    },
    label: 'Code',
    help: 'Eight digits. The code works once, for ten minutes, in this browser only.',
    next: 'Sign in',
    again: 'Send another code',
    other: 'Sign in another way',
    anew: 'Another code is on its way. Only the newest one works.',
    problems: {
      wrong: 'This is not the code. Check it, or have another one sent.',
      over: 'This code does not work any more. Have another one sent.',
    },
  },
  missingEmail: {
    title: 'What is your email address?',
    says: (application: string) =>
      `Your account there came without an email address, and ${application} needs one. You are almost signed in.`,
    label: 'Email address',
    help: 'We send a code to it, to see that it is yours.',
    other: 'Use another email address',
  },
  signUp: {
    title: 'What is your name?',
    says: (email: string) => `You are new here. An account is made for ${email}.`,
    givenName: 'First name',
    familyName: 'Last name',
    username: 'Username (optional)',
    usernameHelp: 'Letters, digits, - and _. You can sign in with it as well.',
    next: 'Create account',
    problems: {
      'name-missing': 'Enter your name: first, last, or both.',
      'name-too-long': 'This name is too long to be kept. Please shorten it.',
      'username-invalid': 'A username has 2 to 64 letters, digits, - and _.',
      'username-taken': 'Somebody has this username. Please choose another one, or none.',
    },
  },
  limitedCodes: {
    title: 'Please wait a moment',
    says: (minutes: number) =>
      `Many codes were asked for or tried. Please try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, or choose another way to sign in.`,
    back: 'Back to sign-in',
  },
  refused: {
    title: 'You are not signed in',
    says: {
      'try-again': 'Your sign-in could not be completed.',
      'ask-your-admin':
        'Your sign-in could not be completed. If it happens again, give the reference below to your administrator.',
      'company-not-approved':
        'Your company must be approved first before you can sign in here. Ask the administrator of the application, and give them the reference below.',
      'other-organization': 'This account belongs to another organization than the one you are signing in to.',
      'not-now': 'Signing in is not possible right now. Please try again in a minute.',
      'start-again': 'This sign-in is no longer valid. Please start again from the application.',
      'no-way-in':
        'We could not find a way to sign you in. If it happens again, give the reference below to your administrator.',
      'too-many-codes':
        'There were too many wrong codes. Please try again in an hour, or choose another way to sign in.',
    } satisfies Record<PageText, string>,
    tryAgain: 'Try again',
    reference: 'Reference',
    code: 'Code',
  },
  onward: {
    title: 'One moment',
    says: 'You are on your way. If nothing happens, press the button.',
    next: 'Continue',
  },
  tooLarge:
    'Your provider’s answer is larger than we accept, so it was not read. Give the code below to your administrator.',
  signedOut: { title: 'You are signed out', says: 'You can close this page.' },
  signOutRefused: {
    title: 'Nobody was signed out',
    says: 'A message about a sign-out arrived here that we do not accept. If it happens again, give the code below to your administrator.',
  },
  expired: {
    title: 'This sign-in has ended',
    says: 'It took too long, is already finished, or was started in another browser. Go back to the application and sign in again.',
  },
  limited: {
    title: 'Too many tries',
    says: 'There were many sign-ins from your network within a minute. Please wait a moment and try again.',
  },
  failed: {
    title: 'Something went wrong',
    says: 'Signing in is not possible right now. Please try again in a minute.',
  },
};
