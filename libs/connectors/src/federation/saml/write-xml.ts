const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** The text as content or attribute value: white space stays what it is through every parser. */
export const xmlText = (text: string): string => text.replace(/[&<>"'\t\n\r]/g, (found) => escapes[found] ?? '');

/** One element; attributes without a value are left out, children are XML already. */
export function xmlElement(
  name: string,
  attributes: Record<string, string | undefined>,
  ...children: (string | undefined)[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ` ${attribute}="${xmlText(value ?? '')}"`)
    .join('');
  const content = children.filter((child) => child !== undefined).join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}
