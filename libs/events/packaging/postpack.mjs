/** Takes away what prepack.mjs put there. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundled, linkOf } from './bundled.mjs';

for (const name of bundled) rmSync(fileURLToPath(linkOf(name)), { force: true });
