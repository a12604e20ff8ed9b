import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RandomNumber } from '../use-cases/codes/random-number.port.js';

@Injectable()
export class SystemRandomNumber extends RandomNumber {
  below(bound: number): number {
    return randomInt(bound);
  }
}
