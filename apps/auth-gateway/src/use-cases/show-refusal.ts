import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { Attempts } from './attempts.port.js';
import { type Browser, Interactions } from './interactions.port.js';

/** A refused attempt, for the browser whose request it was; null for any other. */
@Injectable()
export class ShowRefusal {
  constructor(
    private readonly interactions: Interactions,
    private readonly attempts: Attempts,
  ) {}

  async execute(uid: string, attemptId: string, browser: Browser): Promise<Attempt | null> {
    const pending = await this.interactions.find(uid, browser);
    const attempt = pending ? await this.attempts.find(attemptId) : null;
    return attempt?.outcome === 'refused' && attempt.applicationId === pending?.applicationId ? attempt : null;
  }
}
