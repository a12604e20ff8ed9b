import { attributeOf, isNamed, onlyChild, textOf, type ElementName } from '../xml/elements.js';
import { assertionMalformed, type AssertedPeriod } from './asserted.js';

/** An instant of XML Schema in UTC, as SAML writes it (core §1.3.3). */
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Milliseconds since 1970; undefined when the attribute is absent. Anything but an instant ends it. */
export function timeOf(element: Element, name: string): number | undefined {
  const text = attributeOf(element, name)?.trim();
  if (text === undefined) return undefined;
  const time = instant.test(text) ? Date.parse(text.replace(/(\.\d{3})\d+/, '$1')) : Number.NaN;
  if (Number.isNaN(time)) throw assertionMalformed('time');
  return time;
}

export const periodOf = (element: Element): AssertedPeriod => ({
  notBefore: timeOf(element, 'NotBefore'),
  notOnOrAfter: timeOf(element, 'NotOnOrAfter'),
});

export function required<T>(value: T | undefined, problem: string): T {
  if (value === undefined || value === '') throw assertionMalformed(problem);
  return value;
}

/** The one child of this name. None and several end it alike. */
export const requiredChild = (parent: Element, name: ElementName): Element =>
  required(onlyChild(parent, name), name.name);

/** A child of this name that may be absent. */
export function optionalChild(parent: Element, name: ElementName, all: Element[]): Element | undefined {
  const found = all.filter((child) => isNamed(child, name));
  if (found.length > 1) throw assertionMalformed(name.name);
  return found[0];
}

export const requiredText = (element: Element): string => required(textOf(element)?.trim(), element.localName);

/** Collects attributes, and remembers names that come again. */
export class AttributeCollection {
  readonly attributes = new Map<string, readonly string[]>();
  readonly doubled = new Set<string>();

  add(name: string, values: readonly Element[]): void {
    const before = this.attributes.get(name);
    if (before) this.doubled.add(name);
    // A value that is no plain text is nothing we could use.
    const texts = values.map(textOf).filter((text) => text !== undefined);
    this.attributes.set(name, [...(before ?? []), ...texts]);
  }
}
