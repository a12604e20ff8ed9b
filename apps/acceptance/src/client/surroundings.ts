import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one system. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'homerealm-'));
