import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (ticket: string): Buffer => createHash('sha256').update(ticket).digest();

/** What is kept of a ticket: enough to know it again, too little to show it. */
export const hashTicket = (ticket: string): string => digest(ticket).toString('base64url');

export const isTicketOf = (ticketHash: string, ticket: string): boolean =>
  timingSafeEqual(Buffer.from(ticketHash, 'base64url'), digest(ticket));
