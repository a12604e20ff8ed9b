import { DOMParser } from '@xmldom/xmldom';
import { answerLimits, documentRefusal, malformed, type DocumentLimits } from './document-limits.js';
import { childElements } from './elements.js';
import { scanDocument, scannedElement, type ScannedElement } from './scan-document.js';

/**
 * Parses an XML document of somebody else. Larger, deeper or richer ones than the limits allow are refused before a
 * parser sees them, among them everything with a document type, an entity of its own, a CDATA section or a processing
 * instruction. The parser and our own reading of the same text must agree on every element.
 * @returns its root element
 * @throws Refusal with the check `upstream.document`
 */
export function readDocument(text: string, limits: Partial<DocumentLimits> = {}): Element {
  const all = { ...answerLimits, ...limits };
  if (text.length > all.maxBytes || Buffer.byteLength(text) > all.maxBytes) {
    throw documentRefusal('upstream.document-too-large', 'bytes');
  }
  const scanned = scanDocument(text, all);
  const root = parse(text);
  const parsed = [...elementsOf(root)];
  if (parsed.length !== scanned.length || parsed.some((element, i) => element !== scanned[i])) {
    throw malformed('two-readings');
  }
  return root;
}

/** The parser tells its doubts to the console and goes on; here every one of them ends it. */
function parse(text: string): Element {
  const errorHandler = () => {
    throw malformed('parser');
  };
  try {
    const parser = new DOMParser({ errorHandler });
    return parser.parseFromString(text, 'text/xml').documentElement;
  } catch {
    throw malformed('parser');
  }
}

function* elementsOf(element: Element): Generator<ScannedElement> {
  yield scannedElement(element.namespaceURI ?? '', element.nodeName, element.attributes.length);
  for (const child of childElements(element)) yield* elementsOf(child);
}
