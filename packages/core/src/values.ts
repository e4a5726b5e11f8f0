/**
 * Names for the strings and numbers that cross the protocol, so that a code verifier can never be passed where a state
 * is expected. A brand costs nothing at run time and survives JSON.
 */
declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Seconds since 1970-01-01T00:00:00Z. The term is RFC 7519's, section 2. */
export type NumericDate = Branded<number, 'NumericDate'>;
/** RFC 7636, section 4.1. A secret until the token request is sent. */
export type CodeVerifier = Branded<string, 'CodeVerifier'>;
/** RFC 7636, section 4.2. Public: it travels in the authorization URL. */
export type CodeChallenge = Branded<string, 'CodeChallenge'>;
/** RFC 6749, section 10.12. Names one transaction; also its storage key. */
export type State = Branded<string, 'State'>;
/** OpenID Connect Core, section 15.5.2. Binds the ID Token to one transaction. */
export type Nonce = Branded<string, 'Nonce'>;
/** Names one login, for as long as its session lives. Random, but no secret. */
export type LoginId = Branded<string, 'LoginId'>;
/** RFC 6749, section 1.3.1. Good for one token request. */
export type AuthorizationCode = Branded<string, 'AuthorizationCode'>;
/** RFC 6749, section 1.4. */
export type AccessToken = Branded<string, 'AccessToken'>;
/** RFC 6749, section 1.5. */
export type RefreshToken = Branded<string, 'RefreshToken'>;
/** Claims that have passed every check but the signature's. Only `validateIdToken` makes them. */
export type Validated<T> = Branded<T, 'Validated'>;
/** An ID Token that has passed every check. Only `acceptIdToken` makes one, and no session is made without. */
export type Checked<T> = T & { readonly [brand]: 'Checked' };
