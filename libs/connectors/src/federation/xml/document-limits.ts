import { Refusal } from '../../check-list.js';
import type { UpstreamRefusalCode } from '../../upstream.errors.js';

/** How much of an XML document is read, and what may stand in it. */
export type DocumentLimits = {
  /** Of its UTF-8 form. */
  maxBytes: number;
  maxDepth: number;
  /** The libraries look at each of them again and again: six thousand take seconds. A thousand groups must fit. */
  maxElements: number;
  /** Of elements that are named differently: the parser looks through the whole text once for each. */
  maxNames: number;
  /** Of one element. */
  maxAttributes: number;
  /** Comments split texts in two, so what carries an identity has none; files that people edit do. */
  comments: 'refused' | 'skipped';
};

export const answerLimits: DocumentLimits = {
  maxBytes: 256 * 1024,
  maxDepth: 40,
  maxElements: 2_000,
  maxNames: 128,
  maxAttributes: 64,
  comments: 'refused',
};

type DocumentCode = Extract<UpstreamRefusalCode, `upstream.document-${string}`>;

/** Why a document is not read: a word about the problem, never a part of the document. */
export const documentRefusal = (code: DocumentCode, problem: string): Refusal =>
  new Refusal('upstream.document', code, { problem });

export const malformed = (problem: string): Refusal => documentRefusal('upstream.document-malformed', problem);
export const forbidden = (problem: string): Refusal => documentRefusal('upstream.document-forbidden', problem);
