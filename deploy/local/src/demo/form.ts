import type { Typed } from './browser.js';

type Request = { url: string; body: string | undefined };
type Form = { asks(field: string): boolean; submit(typed: Typed): Request };

/** The first form of a page and a way to send it filled in. Enough HTML for sign-in pages; not a parser. */
export function firstForm(page: string, pageUrl: string): Form | undefined {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page);
  if (!form) return undefined;
  const attributes = attributesOf(form[1] ?? '');
  const inputs = [...(form[2] ?? '').matchAll(/<(?:input|button)\b([^>]*)>/gi)].map((match) =>
    attributesOf(match[1] ?? ''),
  );
  const target = new URL(attributes['action'] || pageUrl, pageUrl);
  return {
    asks: (field) => inputs.some(({ name }) => name === field),
    submit: (typed) => {
      const fields = new URLSearchParams(valuesOf(inputs, typed));
      if (attributes['method']?.toLowerCase() === 'post') return { url: target.href, body: fields.toString() };
      target.search = fields.toString();
      return { url: target.href, body: undefined };
    },
  };
}

/** Hidden fields as they are, what a person types by name or type, and one button that has a name. */
function valuesOf(inputs: Record<string, string>[], typed: Typed): [string, string][] {
  let pressed = false;
  const isChosen = ({ value }: Record<string, string>) => value === typed.choice;
  const choosing = typed.choice !== undefined && inputs.some(isChosen);
  return inputs.flatMap((input): [string, string][] => {
    const { name, type = 'text', value = '' } = input;
    if (!name) return [];
    if (type === 'submit' || type === 'button') {
      if (pressed || (choosing && !isChosen(input))) return [];
      pressed = true;
      return [[name, value]];
    }
    if (type === 'checkbox' || type === 'radio') return 'checked' in input ? [[name, value || 'on']] : [];
    const answer = type === 'hidden' ? undefined : typed.fields?.[name];
    if (answer !== undefined) return [[name, answer]];
    if (type === 'password') return [[name, typed.password ?? '']];
    if (type === 'email' || (type !== 'hidden' && /email|login|user/i.test(name))) return [[name, typed.email]];
    return [[name, value]];
  });
}

function attributesOf(text: string): Record<string, string> {
  const found = text.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g);
  return Object.fromEntries(
    [...found].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decode(double ?? single ?? bare ?? ''),
    ]),
  );
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#34': '"' };
const decode = (text: string): string =>
  text.replaceAll(/&([#\w]+);/g, (whole, name: string) => entities[name] ?? whole);
