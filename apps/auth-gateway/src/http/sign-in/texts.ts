import type { PageText } from '../../domain/sign-in-refusals.js';

/** Everything people read while they sign in. */
export const texts = {
  language: 'en',
  signIn: {
    title: (application: string) => `Sign in to ${application}`,
    email: 'Email address',
    emailHelp: 'Use your work email. Your company’s sign-in page opens next.',
    next: 'Continue',
    or: 'or',
    continueWith: (name: string) => `Continue with ${name}`,
    onlyOne: 'Your application has chosen how you sign in.',
    none: 'The way your application has chosen for you to sign in is not available.',
    cancel: 'Cancel and go back',
  },
  problems: {
    'not-an-email': 'Enter an email address like name@company.example.',
    'no-way-in': 'We could not find a way to sign you in with this address. Check the spelling, or choose another way.',
    'other-organization': 'This address belongs to another organization than the one you are signing in to.',
  },
  refused: {
    title: 'You are not signed in',
    says: {
      'try-again': 'Your sign-in could not be completed.',
      'ask-your-admin':
        'Your sign-in could not be completed. If it happens again, give the reference below to your administrator.',
      'other-organization': 'This account belongs to another organization than the one you are signing in to.',
      'not-now': 'Signing in is not possible right now. Please try again in a minute.',
      'start-again': 'This sign-in is no longer valid. Please start again from the application.',
      'no-way-in':
        'We could not find a way to sign you in. If it happens again, give the reference below to your administrator.',
    } satisfies Record<PageText, string>,
    tryAgain: 'Try again',
    reference: 'Reference',
    code: 'Code',
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
