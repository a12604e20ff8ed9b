/** A name in a namespace. */
export type ElementName = { namespace: string; name: string };

const isElement = (node: Node): node is Element => node.nodeType === 1;
const isText = (node: Node): boolean => node.nodeType === 3;
const isComment = (node: Node): boolean => node.nodeType === 8;

export const isNamed = (element: Element, { namespace, name }: ElementName): boolean =>
  element.localName === name && (element.namespaceURI ?? '') === namespace;

export function childElements(parent: Element): Element[] {
  const children: Element[] = [];
  for (let child = parent.firstChild; child; child = child.nextSibling) if (isElement(child)) children.push(child);
  return children;
}

export const childrenNamed = (parent: Element, name: ElementName): Element[] =>
  childElements(parent).filter((child) => isNamed(child, name));

/** The child of this name when there is exactly one. */
export function onlyChild(parent: Element, name: ElementName): Element | undefined {
  const [first, ...more] = childrenNamed(parent, name);
  return more.length === 0 ? first : undefined;
}

/** The element and everything inside of it, in the order of the document. */
export function* withDescendants(element: Element): Generator<Element> {
  yield element;
  for (const child of childElements(element)) yield* withDescendants(child);
}

/** The text of an element that holds nothing else, comments aside; undefined for any other. */
export function textOf(element: Element): string | undefined {
  let text = '';
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (isComment(child)) continue;
    if (!isText(child)) return undefined;
    text += child.nodeValue ?? '';
  }
  return text;
}

/** An attribute without a prefix. */
export const attributeOf = (element: Element, name: string): string | undefined =>
  element.hasAttribute(name) ? (element.getAttribute(name) ?? '') : undefined;

/** All attributes but declarations of namespaces. */
export function attributesOf(element: Element): { name: string; localName: string; value: string }[] {
  return Array.from(element.attributes)
    .filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .map(({ name, localName, value }) => ({ name, localName: localName ?? name, value }));
}
