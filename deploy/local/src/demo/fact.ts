import type { Say } from '../say.js';

/** One line of a report: what it is about, and what there is to say. */
export const fact = (say: Say, label: string, text: string): void => say(`   ${label.padEnd(14)}${text}`.trimEnd());
