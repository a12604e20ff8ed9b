import { forbidden, malformed, type DocumentLimits } from './document-limits.js';
import { NamespaceScopes } from './namespace-scopes.js';

const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])1\.0\1(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])([^"']*)\2)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\4)?[ \t\r\n]*\?>/;
const name = '[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?';
const tagStart = new RegExp(`<(${name})`, 'y');
const tagEnd = /[ \t\r\n]*(\/?)>/y;
const closing = new RegExp(`</(${name})[ \\t\\r\\n]*>`, 'y');
const attribute = new RegExp(`[ \\t\\r\\n]+(${name})[ \\t\\r\\n]*=[ \\t\\r\\n]*("[^"<]*"|'[^'<]*')`, 'y');
const notACharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** One element as it was met: what another reader of the same text must find too. */
export type ScannedElement = string;
export const scannedElement = (namespace: string, qualifiedName: string, attributes: number): ScannedElement =>
  `${namespace} ${qualifiedName} ${attributes}`;

/**
 * Walks over a text and lets only a small, strict part of XML 1.0 pass: elements, attributes in quotes, text with the
 * five named entities and character references; names in ASCII; every prefix declared. DOM parsers repair what is
 * broken, each in its own way, and here is nothing left to repair.
 * @returns the elements in the order of the document
 * @throws Refusal `upstream.document-malformed`, `upstream.document-forbidden`
 */
export function scanDocument(text: string, limits: DocumentLimits): ScannedElement[] {
  if (notACharacter.test(text)) throw malformed('character');
  const scanner = new Scanner(text, limits);
  scanner.run(lengthOfDeclaration(text));
  return scanner.elements;
}

function lengthOfDeclaration(text: string): number {
  if (!text.startsWith('<?xml')) return 0;
  const found = declaration.exec(text);
  if (!found) throw malformed('declaration');
  const encoding = found[3];
  if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') throw malformed('encoding');
  return found[0].length;
}

class Scanner {
  readonly elements: ScannedElement[] = [];
  private readonly open: string[] = [];
  private readonly names = new Set<string>();
  private readonly scopes = new NamespaceScopes();

  constructor(
    private readonly text: string,
    private readonly limits: DocumentLimits,
  ) {}

  run(start: number): void {
    const { text } = this;
    let at = start;
    while (at < text.length) {
      const next = text.indexOf('<', at);
      this.characters(text.slice(at, next < 0 ? text.length : next));
      if (next < 0) break;
      at = this.markup(next);
    }
    if (this.open.length > 0) throw malformed('not-closed');
    if (this.elements.length === 0) throw malformed('no-element');
  }

  private markup(at: number): number {
    const second = this.text[at + 1];
    if (second === '/') return this.close(at);
    if (second === '?') throw forbidden('processing-instruction');
    if (second === '!') return this.comment(at);
    return this.element(at);
  }

  private characters(run: string): void {
    if (this.open.length === 0 && /[^ \t\r\n]/.test(run)) throw malformed('text-outside');
    if (run.includes(']]>')) throw malformed('section-end');
    checkReferences(run);
  }

  private comment(at: number): number {
    if (!this.text.startsWith('<!--', at)) {
      throw forbidden(this.text.startsWith('<![CDATA[', at) ? 'cdata' : 'document-type');
    }
    if (this.limits.comments === 'refused') throw forbidden('comment');
    const end = this.text.indexOf('--', at + 4);
    if (end < 0 || this.text[end + 2] !== '>') throw malformed('comment');
    return end + 3;
  }

  private element(at: number): number {
    const { limits, open, elements } = this;
    const [tag, qualifiedName] = match(tagStart, this.text, at) ?? throwMalformed('tag');
    if (open.length === 0 && elements.length > 0) throw malformed('second-root');
    if (open.length >= limits.maxDepth) throw forbidden('depth');
    if (elements.length >= limits.maxElements) throw forbidden('elements');
    if (this.names.add(qualifiedName).size > limits.maxNames) throw forbidden('names');
    const attributes = new Map<string, string>();
    let position = at + tag.length;
    for (let found = match(attribute, this.text, position); found; found = match(attribute, this.text, position)) {
      const [whole, key, quoted] = found;
      if (attributes.has(key)) throw malformed('attribute-doubled');
      if (attributes.size >= limits.maxAttributes) throw forbidden('attributes');
      checkReferences(quoted);
      attributes.set(key, quoted.slice(1, -1));
      position += whole.length;
    }
    const [end, empty] = match(tagEnd, this.text, position) ?? throwMalformed('attribute');
    elements.push(scannedElement(this.scopes.enter(qualifiedName, attributes), qualifiedName, attributes.size));
    if (empty === '/') this.scopes.leave();
    else open.push(qualifiedName);
    return position + end.length;
  }

  private close(at: number): number {
    const [tag, qualifiedName] = match(closing, this.text, at) ?? throwMalformed('tag');
    if (this.open.pop() !== qualifiedName) throw malformed('nesting');
    this.scopes.leave();
    return at + tag.length;
  }
}

function match(pattern: RegExp, text: string, at: number): [string, string, string] | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found ? [found[0], found[1] ?? '', found[2] ?? ''] : undefined;
}

function throwMalformed(problem: string): never {
  throw malformed(problem);
}

/** `&` begins one of the five named entities or a reference to a character that may stand in a document. */
function checkReferences(run: string): void {
  for (let at = run.indexOf('&'); at >= 0; at = run.indexOf('&', at + 1)) {
    const end = run.indexOf(';', at);
    if (end < 0 || end - at > 12) throw malformed('reference');
    checkReference(run.slice(at + 1, end));
  }
}

function checkReference(reference: string): void {
  if (/^(?:amp|lt|gt|quot|apos)$/.test(reference)) return;
  const digits = /^#(?:([0-9]{1,7})|x([0-9a-fA-F]{1,6}))$/.exec(reference);
  if (!digits) throw forbidden('entity');
  const code = digits[1] === undefined ? Number.parseInt(digits[2] ?? '', 16) : Number(digits[1]);
  if (code > 0x10ffff || notACharacter.test(String.fromCodePoint(code))) throw malformed('reference');
}
