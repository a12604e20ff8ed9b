import type { Departure, FederationTransaction, UpstreamProtocol } from '../../upstream-protocol.js';
import type { SamlConnection } from '../federation-connection.js';
import { createFederationProtocol, type Door, type FederationProtocolOptions } from '../federation-protocol.js';
import { decodeMessage } from './decode-message.js';
import { readSamlAnswer } from './read-saml-answer.js';
import { beginSaml } from './saml-begin.js';
import { verifySamlAnswer } from './verify-saml-answer.js';

const door: Door<SamlConnection> = {
  strategy: 'entra-saml',
  protocol: 'saml',
  begin: beginSaml,
  readAnswer: (...answer) => decodeMessage(readSamlAnswer(...answer), 'plain'),
  verify: verifySamlAnswer,
};

/** Sign-in by SAML 2.0 (saml-profiles §4.1, begun by us): a request in a query or a form, an answer in a form. */
export const createSamlProtocol = (
  options: FederationProtocolOptions,
): UpstreamProtocol<SamlConnection, FederationTransaction, Departure> => createFederationProtocol(door, options);
