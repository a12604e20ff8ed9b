/** Folders of the libraries that travel inside the package, as their names in our scope. */
export const bundled = ['contracts', 'domain'];

export const linkOf = (name) => new URL(`../node_modules/@homerealm/${name}`, import.meta.url);
