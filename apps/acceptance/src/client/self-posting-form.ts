type Page = { url: URL; text: string };

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescape = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);

/** The form of a page that has nothing but hidden fields and a script: that one sends it. */
export function selfPostingForm({ url, text }: Page): { action: URL; fields: Record<string, string> } | undefined {
  const [, action] = /<form method="post" action="([^"]*)"/.exec(text) ?? [];
  const inputs = [...text.matchAll(/<input\b[^>]*>/g)].map(([input]) => input);
  const isSilent = inputs.length > 0 && inputs.every((input) => input.includes('type="hidden"'));
  if (action === undefined || !isSilent || !text.includes('<script')) return undefined;
  const fields = inputs.map((input) => {
    const [, name = '', value = ''] = /name="([^"]*)" value="([^"]*)"/.exec(input) ?? [];
    return [unescape(name), unescape(value)] as const;
  });
  return { action: new URL(unescape(action), url), fields: Object.fromEntries(fields) };
}

/** Where a page leads after a while. */
export function refreshOf({ url, text }: Page): { action: URL; fields?: undefined } | undefined {
  const [, address] = /<meta http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(text) ?? [];
  return address === undefined ? undefined : { action: new URL(unescape(address), url) };
}
