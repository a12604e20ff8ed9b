import type { Typed } from './browser.js';
import { firstForm } from './form.js';

const typed = { email: 'anna@contoso.example', password: 'secret&1' };
const submit = (page: string, more: Partial<Typed> = {}) =>
  firstForm(page, 'https://login.test/a?b=c')?.submit({ ...typed, ...more });

describe('the demo’s form filler', () => {
  it('keeps hidden fields and types the email and the password', () => {
    const page = `<form method="post" action="/login"><input type="hidden" name="ctx" value="a&amp;b">
      <input name="loginfmt" type="email"><input type=password name='passwd'><button>Sign in</button></form>`;
    expect(submit(page)).toEqual({
      url: 'https://login.test/login',
      body: 'ctx=a%26b&loginfmt=anna%40contoso.example&passwd=secret%261',
    });
  });

  it('sends a form that says nothing else by GET to the page itself', () => {
    expect(submit('<form><input name="user"></form>')).toEqual({
      url: 'https://login.test/a?user=anna%40contoso.example',
      body: undefined,
    });
  });

  it('presses one button, and ticks nothing that is not ticked', () => {
    const page = `<form method=post><input type=checkbox name=keep><button name="go" value="1" type="submit">A</button>
      <button name="stop" value="1" type="submit">B</button></form>`;
    expect(submit(page)?.body).toBe('go=1');
  });

  it('presses the button that was chosen, and types answers by the name of the field', () => {
    const page = `<form method=post><input name="given"><input name="username"><button type="submit" name="who" value="1">A
      </button><button type="submit" name="who" value="2">B</button></form>`;
    expect(submit(page, { choice: '2', fields: { given: 'Ada', username: '' } })?.body).toBe(
      'given=Ada&username=&who=2',
    );
  });

  it('says what a form asks for', () => {
    expect(firstForm('<form><input name="code"></form>', 'https://login.test/')?.asks('code')).toBe(true);
  });

  it('finds no form where there is none', () => {
    expect(firstForm('<p>An error</p>', 'https://login.test/')).toBeUndefined();
  });
});
