export { environmentOf, readCompose, readDotEnv, schemaProblems } from './compose.js';
export { buildCommands, dockerfileProblems } from './dockerfile.js';
export { settingsProblems } from './settings.js';
