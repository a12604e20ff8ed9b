import { explainAadsts, upstreamErrors } from '@homerealm/connectors';
import { Injectable } from '@nestjs/common';
import { UpstreamWords } from '../use-cases/upstream.port.js';

@Injectable()
export class ConnectorWords extends UpstreamWords {
  explainCode(code: string): string | undefined {
    const table: Readonly<Record<string, { says: string }>> = upstreamErrors.table;
    return Object.hasOwn(table, code) ? table[code]?.says : undefined;
  }

  explainAadsts(number: string): string | undefined {
    return explainAadsts(number);
  }
}
