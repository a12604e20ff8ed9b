import { faultCatalogue } from '../faults/catalogue.js';
import { html } from '../http/html.js';
import { json, page, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from '../pages/frame.js';
import type { Simulation } from '../simulation.js';
import { openApi } from './openapi.js';

type Operation = { summary: string; requestBody?: { content: { 'application/json': { schema: { $ref: string } } } } };
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
};

/** `GET /_sim/docs-json`. */
export function docsJson(_: Exchange, { origin }: Simulation): Answer {
  return json(200, openApi(origin));
}

/** `GET /_sim/docs`: the same for people, and the faults in sentences. */
export function docsPage(_: Exchange, { origin }: Simulation): Answer {
  const document = openApi(origin) as unknown as Document;
  const rows = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) =>
        html`<tr>
          <td><code>${method.toUpperCase()} ${path}</code></td>
          <td>${operation.summary}</td>
          <td class="wrap"><code>${fieldsOf(operation, document)}</code></td>
        </tr>`,
    ),
  );
  const faults = faultCatalogue.map(
    ({ name, at, says, outcome }) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${says}</td>
        <td>${at.join(', ')}</td>
        <td>${outcome}</td>
      </tr>`,
  );
  const example = `curl --cacert ca.pem -X POST ${origin}/_sim/faults -H 'content-type: application/json' -d '{"name":"wrong-nonce","times":1}'`;
  const body = html`<h1>Control API</h1>
    <p>For tests and demonstrations; the whole of it as <a href="/_sim/docs-json">OpenAPI 3.1</a>. For example:</p>
    <p><code>${example}</code></p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">What it does</th>
            <th scope="col">Fields</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    <h2>Faults</h2>
    <p>The last column says what a careful relying party makes of it.</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">What it does</th>
            <th scope="col">Where</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          ${faults}
        </tbody>
      </table>
    </div>`;
  return page(200, frame('Control API', body, { wide: true }));
}

function fieldsOf({ requestBody }: Operation, { components }: Document): string {
  const name = requestBody?.content['application/json'].schema.$ref.split('/').at(-1) ?? '';
  return Object.keys(components.schemas[name]?.properties ?? {}).join(', ');
}
