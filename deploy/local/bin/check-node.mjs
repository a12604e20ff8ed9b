import { PlainFailure } from './repository.mjs';

const least = [20, 19];

/** Ends with a clear sentence when this Node is too old for us. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > least[0] || (major === least[0] && minor >= least[1])) return;
  throw new PlainFailure(
    `Homerealm needs Node ${least.join('.')} or newer; this is Node ${version} (${process.execPath}).\n` +
      'Install a newer one (for example with your version manager: `.nvmrc` names the version) and try again.',
  );
}
