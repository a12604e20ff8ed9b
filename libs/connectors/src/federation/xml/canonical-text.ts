import { ExclusiveCanonicalization } from 'xml-crypto';

type Choice = {
  /** A child that is left out: the enveloped signature. */
  without?: Element;
  /** InclusiveNamespaces: prefixes that are written as far as they are declared, whether used or not. */
  prefixes?: readonly string[];
};

/** The text an element is hashed as (Exclusive XML Canonicalization 1.0, without comments). The document stays as it is. */
export function canonicalText(element: Element, { without, prefixes = [] }: Choice = {}): string {
  const copy = element.cloneNode(true) as Element;
  const left = without ? copy.childNodes[Array.from(element.childNodes).indexOf(without)] : undefined;
  if (left) copy.removeChild(left);
  return new ExclusiveCanonicalization().process(copy, {
    ancestorNamespaces: prefixes.length > 0 ? namespacesAbove(element) : [],
    inclusiveNamespacesPrefixList: [...prefixes],
  });
}

/** Declared above an element and valid in it; its own declarations are in its copy. */
function namespacesAbove(element: Element): { prefix: string; namespaceURI: string }[] {
  const found = new Map<string, string>();
  const hidden = new Set([...declarations(element).keys(), element.prefix ?? '']);
  for (let above = element.parentNode; above?.nodeType === 1; above = above.parentNode) {
    for (const [prefix, namespaceURI] of declarations(above as Element)) {
      if (!hidden.has(prefix) && !found.has(prefix)) found.set(prefix, namespaceURI);
    }
  }
  return [...found].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
}

function declarations(element: Element): Map<string, string> {
  const prefixed = Array.from(element.attributes).filter(({ name }) => name.startsWith('xmlns:'));
  return new Map(prefixed.map(({ name, value }) => [name.slice(6), value]));
}
