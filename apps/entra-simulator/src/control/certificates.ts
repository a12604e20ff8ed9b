import type { App } from '../directory/model.js';
import type { AppCertificate } from '../federation/certificates.js';
import { json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { Problem, readJson } from './problem.js';
import { CertificateAddition } from './schemas.js';

/** `GET /_sim/apps/{app}/certificates`: what the app's assertions may be signed with; the active one first. */
export async function getCertificates(exchange: Exchange, { directory, certificates }: Simulation): Promise<Answer> {
  return json(200, { items: (await certificates.of(requireApp(exchange, directory))).map(shown) });
}

/** `POST /_sim/apps/{app}/certificates`: one more, which does not sign yet. */
export async function postCertificate(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const app = requireApp(exchange, simulation.directory);
  const { published = true } = exchange.body ? readJson(exchange, CertificateAddition) : {};
  if (app.ownCertificate) await simulation.certificates.of(app);
  return json(201, shown(await simulation.certificates.add(app.clientId, { published })));
}

/** `POST /_sim/apps/{app}/certificates/{thumbprint}/activate`: this one signs from now on. */
export function activateCertificate(exchange: Exchange, { directory, certificates }: Simulation): Answer {
  const { clientId } = requireApp(exchange, directory);
  if (!certificates.activate(clientId, exchange.path.thumbprint ?? '')) throw notThere();
  return json(200, { items: certificates.list(clientId).map(shown) });
}

/** `DELETE /_sim/apps/{app}/certificates/{thumbprint}`: of those that do not sign. */
export function deleteCertificate(exchange: Exchange, { directory, certificates }: Simulation): Answer {
  if (!certificates.remove(requireApp(exchange, directory).clientId, exchange.path.thumbprint ?? '')) throw notThere();
  return { status: 204 };
}

const shown = ({ pem, thumbprintSha256, active, published }: AppCertificate) => ({
  ...{ thumbprintSha256, active, published, pem },
});

function requireApp(exchange: Exchange, directory: Simulation['directory']): App {
  const app = directory.findApp(exchange.path.app ?? '');
  if (!app) throw new Problem(404, 'app.not-found', 'There is no app with this client id.');
  return app;
}

function notThere(): Problem {
  return new Problem(404, 'certificate.not-found', 'The app has no such certificate, or it is the one that signs.');
}
