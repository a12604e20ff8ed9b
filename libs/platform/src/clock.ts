import { Injectable } from '@nestjs/common';

/** Where the edges get the time from; the domain gets it as an argument. */
export abstract class Clock {
  abstract now(): Date;
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
