import { CreateDirectory1763760000000 } from './1763760000000-create-directory.js';

export const migrations = [CreateDirectory1763760000000];
