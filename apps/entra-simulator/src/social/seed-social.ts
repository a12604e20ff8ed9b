import type { SocialPerson, SocialProvider } from './model.js';

const person = (id: number, name: string, more: Partial<SocialPerson> & { note: string }): SocialPerson => {
  const [givenName = name, familyName = ''] = name.split(' ');
  return { id, name, givenName, familyName, ...more };
};

const olgas = 'olga.stern@mail.example';

/** The social providers at the start, with fixed accounts. Olga has the same address at all of them. */
export const socialProviders = {
  google: {
    key: 'google',
    displayName: 'Google',
    client: { clientId: 'homerealm-local.apps.google.example', secret: 'sim8Q~google-local-secret-not-for-production' },
    people: [
      person(1001, 'Olga Stern', { email: olgas, emailVerified: true, note: 'a verified address' }),
      person(1002, 'Mira Falk', {
        email: 'mira.falk@mail.example',
        emailVerified: false,
        note: 'an unverified address',
      }),
      person(1003, 'Nils Ohne', { note: 'no address at all' }),
      person(1004, 'Lea Sommer', { note: 'no address either' }),
    ],
  },
  linkedin: {
    key: 'linkedin',
    displayName: 'LinkedIn',
    client: { clientId: 'homerealm-local-linkedin', secret: 'sim8Q~linkedin-local-secret-not-for-production' },
    people: [
      person(2001, 'Olga Stern', { email: olgas, emailVerified: true, note: 'the same address as at Google' }),
      person(2002, 'Tariq Aziz', {
        ...{ email: 'tariq.aziz@mail.example', emailVerified: 'true' },
        note: 'an address that is verified in so many letters only',
      }),
    ],
  },
  github: {
    key: 'github',
    displayName: 'GitHub',
    client: { clientId: 'homerealm-local-github', secret: 'sim8Q~github-local-secret-not-for-production' },
    people: [
      person(3001, 'Olga Stern', { email: olgas, emailVerified: true, note: 'the same address as at Google' }),
      person(3002, 'Piet Maas', { note: 'keeps all addresses to himself' }),
    ],
  },
} as const satisfies Record<SocialProvider['key'], SocialProvider>;
