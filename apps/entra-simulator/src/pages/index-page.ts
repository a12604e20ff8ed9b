import type { Tenant, User } from '../directory/model.js';
import { html, type Html } from '../http/html.js';
import { page, type Answer, type Exchange } from '../http/exchange.js';
import { seed } from '../seed.js';
import type { Simulation } from '../simulation.js';
import { frame } from './frame.js';

/** `GET /`: who lives here, with passwords, and where to read on. */
export function indexPage(_: Exchange, { directory, origin, settings }: Simulation): Answer {
  const users = directory.listUsers();
  const companies = directory
    .listTenants()
    .map((tenant) => ({ tenant, people: users.filter((user) => user.tenantId === tenant.id) }))
    .filter(({ people }) => people.length > 0);
  const body = html`<h1>A stand-in for Microsoft Entra ID</h1>
    <p>
      It signs people in over OpenID Connect and answers as Microsoft Graph, for trying things out and for tests. The
      <a href="/_sim/docs">control API</a> changes what is here and breaks things on demand (<a href="/_sim/docs-json"
        >OpenAPI</a
      >). Sign-in without a page is ${settings.autoSignIn ? 'on' : 'off'}.
    </p>
    ${companies.map(({ tenant, people }) => company(tenant, people, origin))}`;
  return page(200, frame('Companies and people', body, { wide: true }));
}

function company(tenant: Tenant, people: User[], origin: string): Html {
  return html`<h2>${tenant.displayName}</h2>
    <p class="soft">
      ${tenant.domains.join(', ')} · tenant <code>${tenant.id}</code> ·
      <a href="${origin}/${tenant.id}/v2.0/.well-known/openid-configuration">metadata</a>
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Signs in as</th>
            <th scope="col">Password</th>
            <th scope="col">Groups</th>
            <th scope="col">What is special</th>
          </tr>
        </thead>
        <tbody>
          ${people.map(row)}
        </tbody>
      </table>
    </div>`;
}

function row(user: User): Html {
  return html`<tr>
    <td>${user.displayName}</td>
    <td><code>${user.guest ? (user.mail ?? user.userPrincipalName) : user.userPrincipalName}</code></td>
    <td><code>${user.password}</code></td>
    <td>${user.groups.length}</td>
    <td>${noteOf(user)}</td>
  </tr>`;
}

function noteOf(user: User): string {
  const seeded = Object.values(seed.people).find((person) => person.oid === user.oid);
  return seeded?.note ?? (user.enabled ? '' : 'a disabled account');
}
