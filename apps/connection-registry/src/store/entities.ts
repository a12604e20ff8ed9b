import { entities as connectionEntities } from './connection.entities.js';
import { federationEntities } from './federation.entities.js';
import { upkeepEntities } from './upkeep.entities.js';

export const entities = [...connectionEntities, ...upkeepEntities, ...federationEntities];
