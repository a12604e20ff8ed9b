import { checkNode } from './check-node.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';

/** What every command needs first: a Node that is new enough, the packages, the compiled code. */
export async function getReady({ build = true } = {}) {
  checkNode();
  await ensureInstalled();
  if (build) await ensureBuilt();
}
