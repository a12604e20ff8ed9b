import fc from 'fast-check';
import { Refusal } from '../../check-list.js';
import { attributeOf, childElements, textOf, withDescendants } from './elements.js';
import { readDocument } from './read-document.js';

const refusal = (text: string, limits = {}): string => {
  try {
    readDocument(text, limits);
    return 'read';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `${error.code.replace('upstream.document-', '')} ${String(error.details?.['problem'])}`;
  }
};
const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;

describe('a document that is read', () => {
  it.each<[string, string]>([
    ['has an element', '<a/>'],
    ['is declared as UTF-8', '<?xml version="1.0" encoding="utf-8"?>\r\n<a/>\n'],
    ['is declared standalone', `<?xml version='1.0' encoding='UTF-8' standalone="yes"?><a/>`],
    ['has namespaces', '<p:a xmlns:p="urn:p" xmlns="urn:q" p:b="1" b="2"><c xmlns=""/><p:c/></p:a>'],
    ['has the five entities and characters by number', '<a b="&lt;&#13;&#x1F600;">&amp;&gt;&quot;&apos;&#9;</a>'],
    ['has spaces where they may be', '<a  b = "1"\r\n\tc=\'2\' ><d /></a >'],
    ['is as deep as allowed', nested(40)],
  ])('%s', (_, text) => expect(refusal(text)).toBe('read'));

  it('gives back what stands in it', () => {
    const root = readDocument('<a b="1&#13;&#10;2">x&amp;<c d=" "/></a>');
    expect(attributeOf(root, 'b')).toBe('1\r\n2');
    expect(textOf(root)).toBeUndefined();
    expect(childElements(root).map((child) => attributeOf(child, 'd'))).toEqual([' ']);
  });

  it('may have comments where they are skipped, and its texts are whole', () => {
    expect(textOf(readDocument('<!-- x --><a>ada@contoso.example<!---->.evil</a>', { comments: 'skipped' }))).toBe(
      'ada@contoso.example.evil',
    );
  });
});

describe('A22: a document that is not read', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(100)}"><!ENTITY c "${'&b;'.repeat(100)}">]><a>&c;</a>`;
  it.each<[string, string, string]>([
    ['is empty', '', 'malformed no-element'],
    ['is JSON', '{"a":1}', 'malformed text-outside'],
    ['has a document type', '<!DOCTYPE a><a/>', 'forbidden document-type'],
    ['reads a file', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'forbidden document-type'],
    ['multiplies entities', bomb, 'forbidden document-type'],
    ['has a document type inside', '<a><!DOCTYPE a></a>', 'forbidden document-type'],
    ['names an entity nobody declared', '<a>&x;</a>', 'forbidden entity'],
    ['names an entity of HTML in an attribute', '<a b="&nbsp;"/>', 'forbidden entity'],
    ['has a processing instruction', '<?xml-stylesheet href="x"?><a/>', 'malformed declaration'],
    ['has a processing instruction inside', '<a><?php x?></a>', 'forbidden processing-instruction'],
    ['is declared twice', '<?xml version="1.0"?><?xml version="1.0"?><a/>', 'forbidden processing-instruction'],
    ['has a CDATA section', '<a><![CDATA[x]]></a>', 'forbidden cdata'],
    ['has a comment', '<a>ada<!-- -->.evil</a>', 'forbidden comment'],
    ['is too deep', nested(41), 'forbidden depth'],
    [
      'has too many names',
      `<a>${Array.from({ length: 128 }, (_n, i) => `<b${i}></b${i}>`).join('')}</a>`,
      'forbidden names',
    ],
    ['has too many elements', `<a>${'<b/>'.repeat(2_000)}</a>`, 'forbidden elements'],
    [
      'has too many attributes',
      `<a ${Array.from({ length: 65 }, (_n, i) => `b${i}=""`).join(' ')}/>`,
      'forbidden attributes',
    ],
    ['is too large', `<a>${'x'.repeat(256 * 1024)}</a>`, 'too-large bytes'],
    ['is too large in bytes', `<a>${'é'.repeat(128 * 1024)}</a>`, 'too-large bytes'],
    ['begins with a byte-order mark', '\uFEFF<a/>', 'malformed text-outside'],
    ['is declared as UTF-16', '<?xml version="1.0" encoding="utf-16"?><a/>', 'malformed encoding'],
    ['is declared as UTF-7', '<?xml version="1.0" encoding="utf-7"?><a/>', 'malformed encoding'],
    ['is XML 1.1', '<?xml version="1.1"?><a/>', 'malformed declaration'],
    ['is UTF-16 read as something else', '<\u0000a\u0000/\u0000>\u0000', 'malformed character'],
    ['has a zero', '<a>\u0000</a>', 'malformed character'],
    ['has a half surrogate', '<a>\ud800</a>', 'malformed character'],
    ['has a control character', '<a>\u0008</a>', 'malformed character'],
    ['has a zero by number', '<a>&#0;</a>', 'malformed reference'],
    ['has a half surrogate by number', '<a>&#xD800;</a>', 'malformed reference'],
    ['has a number beyond Unicode', '<a>&#x110000;</a>', 'malformed reference'],
    ['has a capital X', '<a>&#X41;</a>', 'forbidden entity'],
    ['has an ampersand alone', '<a>a & b</a>', 'malformed reference'],
    ['has two roots', '<a/><a/>', 'malformed second-root'],
    ['has text behind', '<a/>x', 'malformed text-outside'],
    ['is cut off', '<a><b></b>', 'malformed not-closed'],
    ['is cut off in a tag', '<a', 'malformed attribute'],
    ['crosses its tags', '<a><b></a></b>', 'malformed nesting'],
    ['closes too much', '<a/></a>', 'malformed nesting'],
    ['closes in another case', '<a></A>', 'malformed nesting'],
    ['has an attribute without quotes', '<a b=c/>', 'malformed attribute'],
    ['has an attribute without value', '<a b/>', 'malformed attribute'],
    ['has no space between attributes', '<a b="1"c="2"/>', 'malformed attribute'],
    ['has an attribute twice', '<a b="1" b="2"/>', 'malformed attribute-doubled'],
    [
      'has an attribute twice by two prefixes',
      '<a xmlns:p="u" xmlns:q="u" p:b="" q:b=""/>',
      'malformed attribute-doubled',
    ],
    ['has a prefix nobody declared', '<p:a/>', 'malformed prefix'],
    ['has a prefix of every object', '<constructor:a/>', 'malformed prefix'],
    ['has the prefix of a prototype', '<__proto__:a xmlns:__proto__="urn:x"/>', 'malformed two-readings'],
    ['has an attribute of every object', '<a hasOwnProperty="1" b="2"/>', 'malformed parser'],
    ['moves the prefix xml', '<a xmlns:xml="urn:x"/>', 'malformed namespace'],
    ['unbinds a prefix', '<a xmlns:p=""/>', 'malformed namespace'],
    ['hides a namespace in references', '<a xmlns="urn&#58;x"/>', 'malformed namespace'],
    ['has a tag of two colons', '<a:b:c xmlns:a="u"/>', 'malformed attribute'],
    ['has a less-than in an attribute', '<a b="<"/>', 'malformed attribute'],
    ['has the end of a section in a text', '<a>]]></a>', 'malformed section-end'],
  ])('%s', (_, text, expected) => expect(refusal(text)).toBe(expected));

  it('keeps the number of namespaces at one place small', () => {
    const declare = (name: string) => Array.from({ length: 40 }, (_n, i) => `xmlns:${name}${i}="u"`).join(' ');
    expect(refusal(`<a ${declare('p')}><b ${declare('q')}/></a>`)).toBe('forbidden namespaces');
  });
});

const parts = fc.constantFrom(
  ...['<', '>', '</', '/>', '<a', '<a>', '</a>', '<b c="', '"', "'", '=', ' ', '\r\n', '&', '&amp;', '&#13;', '&x;'],
  ...['<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE a [', '<?xml version="1.0"?>', '<?', '?>', 'xmlns:p="u"', 'p:'],
  ...['\uFEFF', '\u0000', '\u2028', '\u0085', '\ud800', 'é', '😀', '__proto__', 'text'],
);
const anything = fc.oneof(
  fc.array(parts, { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.array(parts, { maxLength: 40 }).map((pieces) => `<a>${pieces.join('')}</a>`),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const neverAnythingElse = fc.property(anything, (text) => {
  if (refusal(text) !== 'read') return;
  const all = [...withDescendants(readDocument(text))];
  expect(all.length).toBeLessThanOrEqual(2_000);
  expect(all.every(({ attributes }) => attributes.length <= 64)).toBe(true);
});

it('A22: whatever bytes arrive end as a refusal with a code, or as a document within the limits', () => {
  const { error, warn } = console;
  const said: unknown[] = [];
  console.error = console.warn = (...words: unknown[]) => void said.push(words);
  try {
    fc.assert(neverAnythingElse, { numRuns: 2_000 });
  } finally {
    Object.assign(console, { error, warn });
  }
  expect(said).toEqual([]);
});
it('A22: refuses the worst of their size quickly', () => {
  const size = 250_000;
  const names = Array.from({ length: 5_000 }, (_n, i) => `<b${i}></b${i} >`).join('');
  const worst = [
    '<a>'.repeat(size / 3),
    `<a ${' '.repeat(size)}`,
    `<a b="${'&amp;'.repeat(size / 5)}`,
    `<a>${'&'.repeat(size)}</a>`,
    `${'<!--'.repeat(size / 4)}`,
    `<a>${'<b xmlns:p="u"/>'.repeat(15_000)}</a>`,
    `</${' '.repeat(size)}x>`,
    `<a>${names}${'x'.repeat(size / 2)}</a>`,
  ];
  const started = performance.now();
  for (const text of worst) expect(refusal(text)).not.toBe('read');
  expect(performance.now() - started).toBeLessThan(2_000);
});
