import { escape } from '../http/html.js';

/** XML that is already safe to put into more of it. */
export type Xml = { readonly xml: string };
type Part = Xml | string | number | undefined | false | readonly Xml[];

/** A template whose values are escaped, unless they are XML themselves. Indentation between elements is taken out. */
export function xml(strings: TemplateStringsArray, ...values: Part[]): Xml {
  const text = strings.reduce(
    (sofar, string, index) => sofar + string.replace(/>\s+</g, '><') + asXml(values[index]),
    '',
  );
  return { xml: text.replace(/>\n\s*</g, '><').trim() };
}

export const raw = (text: string): Xml => ({ xml: text });

function asXml(value: Part): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value)).replace(/\r/g, '&#xD;');
  if ('xml' in value) return value.xml;
  return value.map((part) => part.xml).join('');
}

/** `2026-11-22T07:30:00.000Z`, of epoch seconds. */
export const stamp = (seconds: number): string => new Date(seconds * 1000).toISOString();
