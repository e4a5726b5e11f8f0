/** What never changes while the client lives. */
import { misuse, type Refusal } from './failure.ts';
import { isTexts } from './records.ts';
import { checkServerMetadata, type ServerMetadata } from './server-metadata.ts';

export type ClientSettings = {
  readonly clientId: string;
  /** How far our clock and the server's may disagree: 0 to 300 seconds, 30 when absent. */
  readonly clockTolerance?: number;
  /** Audiences that an ID Token may name beside our client id. OpenID Connect Core, section 3.1.3.7, point 3. */
  readonly trustedAudiences?: readonly string[];
  /** Narrows the signature algorithms of ID Tokens; every asymmetric one that we verify when absent. */
  readonly signingAlgorithms?: readonly string[];
  /** An ID Token issued longer ago than this many seconds is refused; no limit when absent. */
  readonly maxIdTokenAge?: number;
};

/** What beginning a login needs beside {@link ClientSettings}. */
export type LoginSettings = ClientSettings & { readonly server: ServerMetadata };

/** Seconds. Bounded at every use, so that no setting can switch the expiry checks off. */
export const toleranceOf = ({ clockTolerance = 30 }: ClientSettings): number =>
  typeof clockTolerance === 'number' && clockTolerance >= 0 && clockTolerance <= 300 ? clockTolerance : 30;

/** @returns a refusal (`invalid_settings`), or undefined when nothing is wrong. */
export function checkClientSettings(settings: ClientSettings): Refusal | undefined {
  const { clientId, clockTolerance = 30, maxIdTokenAge = 0 } = settings;
  const sound =
    typeof clientId === 'string' &&
    /^[ -~]+$/.test(clientId) &&
    toleranceOf(settings) === clockTolerance &&
    typeof maxIdTokenAge === 'number' &&
    maxIdTokenAge >= 0 &&
    [settings.signingAlgorithms ?? [], settings.trustedAudiences ?? []].every(isTexts);
  return sound ? undefined : misuse('invalid_settings');
}

/** @returns a refusal (`invalid_settings`, or one of `checkServerMetadata`), or undefined when nothing is wrong. */
export const checkLoginSettings = (settings: LoginSettings): Refusal | undefined =>
  checkClientSettings(settings) ?? checkServerMetadata(settings.server);
