/** The form of somebody new, as it came in. */
export type SignUpForm = { givenName: string; familyName: string; username: string };

export type SignUpProblem = 'name-missing' | 'name-too-long' | 'username-invalid' | 'username-taken';

export type ReadSignUp =
  | { signUp: { givenName: string | null; familyName: string | null; username: string | null } }
  | { problem: SignUpProblem };

/** As many characters as the directory keeps. */
const longestName = 256;

/** Some people have one name only, so one of the two will do. */
export function readSignUp(form: SignUpForm, mayChooseUsername: boolean): ReadSignUp {
  const givenName = readName(form.givenName);
  const familyName = readName(form.familyName);
  const username = mayChooseUsername ? form.username.trim() : '';
  if (givenName === '' && familyName === '') return { problem: 'name-missing' };
  if (givenName.length > longestName || familyName.length > longestName) return { problem: 'name-too-long' };
  if (username !== '' && !/^[A-Za-z0-9_-]{2,64}$/.test(username)) return { problem: 'username-invalid' };
  return { signUp: { givenName: givenName || null, familyName: familyName || null, username: username || null } };
}

/** One line, without what cannot be seen. */
const readName = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\s]+/gu, ' ')
    .trim();
