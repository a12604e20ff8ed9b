import { CreateConnectionsAndPolicies1763800000000 } from './1763800000000-create-connections-and-policies.js';
import { AddTestRunsAndWaitingRoom1765200000000 } from './1765200000000-add-test-runs-and-waiting-room.js';
import { AddUpkeep1765300000000 } from './1765300000000-add-upkeep.js';
import { AddFederationUpkeep1765800000000 } from './1765800000000-add-federation-upkeep.js';

/** Oldest first. */
export const migrations = [
  CreateConnectionsAndPolicies1763800000000,
  AddTestRunsAndWaitingRoom1765200000000,
  AddUpkeep1765300000000,
  AddFederationUpkeep1765800000000,
];
