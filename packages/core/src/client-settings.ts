/** What never changes while the client lives. */
import { locate, misuse, type Refusal } from './failure.ts';
import type { SigningAlgorithm } from './jwt.ts';
import { firstOf, isTexts } from './records.ts';
import { checkServerMetadata, type ServerMetadata } from './server-metadata.ts';

export interface ClientSettings {
  /** As the server knows this client, which has no secret. RFC 6749, section 2.2. */
  readonly clientId: string;
  /** How far our clock and the server's may disagree: 0 to 300 seconds, 30 when absent. */
  readonly clockTolerance?: number | undefined;
  /** Audiences that an ID Token may name beside our client id. OpenID Connect Core, section 3.1.3.7, point 3. */
  readonly trustedAudiences?: readonly string[] | undefined;
  /** Narrows the signature algorithms of ID Tokens; every asymmetric one that we verify when absent. */
  readonly signingAlgorithms?: readonly SigningAlgorithm[] | undefined;
  /** An ID Token issued longer ago than this many seconds is refused; no limit when absent. */
  readonly maxIdTokenAge?: number | undefined;
}

/** What beginning a login needs beside {@link ClientSettings}. */
export type LoginSettings = ClientSettings & { readonly server: ServerMetadata };

/** `name` is that of the setting; its value is never repeated. */
export function invalidSetting(name: string): Refusal {
  const { failure } = misuse('invalid_settings');
  return { ok: false, failure: locate(failure, { at: name }) };
}

/** Seconds. Bounded at every use, so that no setting can switch the expiry checks off. */
export const toleranceOf = ({ clockTolerance }: ClientSettings): number =>
  typeof clockTolerance === 'number' && clockTolerance >= 0 && clockTolerance <= 300 ? clockTolerance : 30;

/** The name of the first setting that cannot be used, or undefined when nothing is wrong. */
export function wrongSettingOf(settings: ClientSettings): string | undefined {
  const { clientId, clockTolerance = 30, maxIdTokenAge = 0, signingAlgorithms = [], trustedAudiences = [] } = settings;
  return firstOf({
    clientId: typeof clientId !== 'string' || !/^[ -~]+$/.test(clientId),
    clockTolerance: toleranceOf(settings) !== clockTolerance,
    maxIdTokenAge: !(typeof maxIdTokenAge === 'number' && maxIdTokenAge >= 0),
    signingAlgorithms: !isTexts(signingAlgorithms),
    trustedAudiences: !isTexts(trustedAudiences),
  });
}

/** @returns a refusal (`invalid_settings`, or one of `checkServerMetadata`), or undefined when nothing is wrong. */
export const checkLoginSettings = (settings: LoginSettings): Refusal | undefined =>
  wrongSettingOf(settings) === undefined ? checkServerMetadata(settings.server) : misuse('invalid_settings');
