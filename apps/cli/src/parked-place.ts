import { type OptionTable, required } from './command.js';

/** Options that name what is parked. */
export const parkedOptions = {
  consumer: { type: 'string', takes: 'NAME', says: 'Whose events; by default the only consumer of the database.' },
  topic: { type: 'string', takes: 'TOPIC', says: 'Of which topic.' },
  subject: { type: 'string', takes: 'ID', says: 'Whom or what the events are about.' },
} as const satisfies OptionTable;

/** @throws UsageError when topic or subject is missing */
export const placeOf = (consumer: string, values: { topic: string | undefined; subject: string | undefined }) => ({
  consumer,
  topic: required('topic', values.topic),
  subject: required('subject', values.subject),
});
