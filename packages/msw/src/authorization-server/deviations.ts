/** Every deviation by its name. */
import type { Deviation } from './deviation.ts';
import { BODIES, type BodyDeviation } from './deviations.bodies.ts';
import { CALLBACKS, type CallbackDeviation } from './deviations.callbacks.ts';
import { CHARACTERS, type CharacterDeviation } from './deviations.characters.ts';
import { DISCOVERY, type DiscoveryDeviation } from './deviations.discovery.ts';
import { FRONT_CHANNEL, type FrontChannelDeviation } from './deviations.front-channel.ts';
import { ID_TOKEN, type IdTokenDeviation } from './deviations.id-token.ts';
import { KEY_SET, type KeySetDeviation } from './deviations.key-set.ts';
import { METADATA, type MetadataDeviation } from './deviations.metadata.ts';
import { PROTOCOL, type ProtocolDeviation } from './deviations.protocol.ts';
import { REFUSALS, type RefusalDeviation } from './deviations.refusals.ts';
import { SIGNATURE, type SignatureDeviation } from './deviations.signature.ts';
import { TOKEN_RESPONSE, type TokenResponseDeviation } from './deviations.token-response.ts';
import { USERINFO, type UserinfoDeviation } from './deviations.userinfo.ts';

export type DeviationName =
  | FrontChannelDeviation
  | CharacterDeviation
  | CallbackDeviation
  | TokenResponseDeviation
  | BodyDeviation
  | SignatureDeviation
  | IdTokenDeviation
  | UserinfoDeviation
  | MetadataDeviation
  | DiscoveryDeviation
  | KeySetDeviation
  | RefusalDeviation
  | ProtocolDeviation;

export const DEVIATIONS: Readonly<Record<DeviationName, Deviation>> = {
  ...FRONT_CHANNEL,
  ...CHARACTERS,
  ...CALLBACKS,
  ...TOKEN_RESPONSE,
  ...BODIES,
  ...SIGNATURE,
  ...ID_TOKEN,
  ...USERINFO,
  ...METADATA,
  ...DISCOVERY,
  ...KEY_SET,
  ...REFUSALS,
  ...PROTOCOL,
};

export const deviationOf = (name: DeviationName): Deviation => DEVIATIONS[name];
