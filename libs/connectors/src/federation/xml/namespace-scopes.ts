import { forbidden, malformed } from './document-limits.js';

export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
export const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
/** Prefixes known at one place. Each of them costs time wherever something is signed. */
const mostPrefixes = 64;

/**
 * Which prefix means which namespace, element by element (Namespaces in XML 1.0). Stricter in one thing: the name of a
 * namespace has no references in it.
 */
export class NamespaceScopes {
  private readonly scopes: ReadonlyMap<string, string>[] = [new Map([['', '']])];

  /** @returns the namespace of the element, empty where it has none */
  enter(qualifiedName: string, attributes: ReadonlyMap<string, string>): string {
    const above = this.scopes.at(-1) ?? new Map<string, string>();
    const own = declarations(attributes);
    const scope = own.size === 0 ? above : new Map([...above, ...own]);
    if (scope.size > mostPrefixes) throw forbidden('namespaces');
    this.scopes.push(scope);
    checkAttributes(attributes, scope);
    return namespaceOf(prefixOf(qualifiedName), scope);
  }

  leave(): void {
    this.scopes.pop();
  }
}

function declarations(attributes: ReadonlyMap<string, string>): Map<string, string> {
  const declared = new Map<string, string>();
  for (const [name, value] of attributes) {
    const prefix = name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;
    if (prefix === undefined) continue;
    const reserved = prefix === 'xml' || prefix === 'xmlns' || value === xmlNamespace || value === xmlnsNamespace;
    if (reserved || (prefix !== '' && value === '') || /[&\s]/.test(value)) throw malformed('namespace');
    declared.set(prefix, value);
  }
  return declared;
}

/** No two attributes of an element with the same meaning, whatever their prefixes. */
function checkAttributes(attributes: ReadonlyMap<string, string>, scope: ReadonlyMap<string, string>): void {
  const meanings = new Set<string>();
  for (const name of attributes.keys()) {
    const prefix = prefixOf(name);
    if (prefix === '' || prefix === 'xmlns') continue;
    const meaning = `${namespaceOf(prefix, scope)} ${name.slice(prefix.length + 1)}`;
    if (meanings.has(meaning)) throw malformed('attribute-doubled');
    meanings.add(meaning);
  }
}

function namespaceOf(prefix: string, scope: ReadonlyMap<string, string>): string {
  if (prefix === 'xml') return xmlNamespace;
  const namespace = scope.get(prefix);
  if (namespace === undefined) throw malformed('prefix');
  return namespace;
}

const prefixOf = (qualifiedName: string): string => qualifiedName.slice(0, Math.max(0, qualifiedName.indexOf(':')));
