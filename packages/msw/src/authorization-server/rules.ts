/** The rules that an honest server keeps. A deviation bends some of them. */

export interface Rules {
  /** RFC 9700, section 2.1.1. */
  readonly pkceRequired: boolean;
  readonly plainAccepted: boolean;
  /** RFC 7636, section 4.6. */
  readonly verifierChecked: boolean;
  /** 43 to 128 unreserved characters. RFC 7636, section 4.1. */
  readonly verifierFormatChecked: boolean;
  /** A code is of no use after a wrong verifier. */
  readonly wrongVerifierBurnsCode: boolean;
  /** What a code has issued is revoked when the code comes again. RFC 6749, section 4.1.2. */
  readonly replayRevokes: boolean;
  /** A refresh token that was used revokes its family when it comes again. RFC 9700, section 4.14.2. */
  readonly reuseRevokes: boolean;
  /** Without `openid` no nonce is needed, with it neither. OIDC Core, section 3.1.2.1. */
  readonly nonceRequired: boolean;
  /** RFC 9207. */
  readonly issInResponse: boolean;
  readonly issAdvertised: boolean;
  /** RFC 6749, section 4.1.2.1. */
  readonly stateInErrors: boolean;
  readonly responseModes: readonly string[];
  /** RFC 8252, section 7.3. */
  readonly loopbackPortFree: boolean;
  /** Token requests as JSON are taken too. */
  readonly jsonBodies: boolean;
  /** `prompt=none` without a session: an error by redirect, as OIDC Core, section 3.1.2.6, wants. */
  readonly promptNoneRedirects: boolean;
  readonly userinfoAuthorized: boolean;
  /** Pages of other origins may read answers; and those of the token endpoint too. */
  readonly cors: boolean;
  readonly tokenCors: boolean;
  readonly audienceOnRefresh: boolean;
  /** A refresh gives a new refresh token, if the settings say so. */
  readonly rotation: boolean;
  /** The refresh token before the newest is taken, and the newest is forgotten. */
  readonly oldReplacesNewer: boolean;
  /** RFC 7009, section 2.2. */
  readonly unknownTokensRevocable: boolean;
  /** A token request without a grant revokes. */
  readonly revocationAtTokenEndpoint: boolean;
  /** Metadata are found with a slash at the end of their address too. */
  readonly slashAfterMetadata: boolean;
  /** What every code begins with. */
  readonly codePrefix: string;
}

export const HONEST: Rules = {
  pkceRequired: true,
  plainAccepted: false,
  verifierChecked: true,
  verifierFormatChecked: true,
  wrongVerifierBurnsCode: true,
  replayRevokes: true,
  reuseRevokes: true,
  nonceRequired: false,
  issInResponse: true,
  issAdvertised: true,
  stateInErrors: true,
  responseModes: ['query', 'fragment', 'form_post'],
  loopbackPortFree: true,
  jsonBodies: false,
  promptNoneRedirects: true,
  userinfoAuthorized: true,
  cors: true,
  tokenCors: true,
  audienceOnRefresh: true,
  rotation: true,
  oldReplacesNewer: false,
  unknownTokensRevocable: true,
  revocationAtTokenEndpoint: false,
  slashAfterMetadata: false,
  codePrefix: '',
};
