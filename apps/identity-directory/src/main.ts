import 'reflect-metadata';
import { runService } from '@homerealm/platform';
import { config } from './config.js';
import { identityDirectory } from './service.js';

await runService(() => identityDirectory(config.read(process.env)));
