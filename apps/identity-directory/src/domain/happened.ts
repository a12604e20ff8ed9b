import type { OrganizationEvent, UserEvent } from '@homerealm/contracts';

type Told<Event> = Event extends { type: infer Type; data: infer Data } ? { type: Type; data: Data } : never;

/** What a decision did, in the words of the published topics. */
export type Happened = Told<UserEvent> | Told<OrganizationEvent>;
