/** What a client did that no client may do -> a sentence that says what, where it came from, and what to do. */
import type { DeviationName } from './deviations.ts';

export type MisuseCode =
  | 'client_unknown'
  | 'pkce_missing'
  | 'pkce_plain'
  | 'code_challenge_malformed'
  | 'code_challenge_reused'
  | 'code_verifier_missing'
  | 'code_verifier_malformed'
  | 'code_verifier_of_another_login'
  | 'code_verifier_wrong'
  | 'code_used_twice'
  | 'code_of_another_client'
  | 'redirect_uri_missing'
  | 'redirect_uri_changed'
  | 'redirect_uri_unsound'
  | 'redirect_uri_not_registered'
  | 'refresh_token_used_twice'
  | 'refresh_token_of_another_client'
  | 'scope_widened'
  | 'state_missing'
  | 'state_reused'
  | 'nonce_missing'
  | 'nonce_reused'
  | 'parameter_repeated'
  | 'parameters_in_url'
  | 'body_not_form'
  | 'client_secret_sent'
  | 'wrong_method'
  | 'access_token_in_url'
  | 'unknown_endpoint'
  | 'id_token_hint_wrong'
  | 'post_logout_redirect_uri_not_registered'
  | 'spoiled_answer_believed';

export interface Misuse {
  readonly code: MisuseCode;
  /** The number of the step in the log. */
  readonly step: number;
  readonly sentence: string;
  /** It is worth knowing, but right: no test fails because of it. */
  readonly advice?: true;
}

/** What PKCE makes needless, and is still good to have. RFC 9700, section 2.1. */
const ADVICE: readonly MisuseCode[] = ['state_missing', 'nonce_missing'];

/** What the sentences tell besides: numbers of steps, names of parameters, never a value. */
export interface MisuseFacts {
  readonly step: number;
  /** The earlier step that this one has to do with. */
  readonly earlier?: number;
  /** A step between that one and this one. */
  readonly between?: number;
  /** The name of a parameter, an endpoint or a method; or several. */
  readonly name?: string;
  /** What was issued has been revoked for it. */
  readonly revoked?: boolean;
  readonly deviation?: DeviationName;
  /** For a spoiled answer: what was wrong with it, and what a client has to do then. */
  readonly does?: string;
  readonly duty?: string;
}

type Sentence = (facts: MisuseFacts) => string;

const SENTENCES: Readonly<Record<MisuseCode, Sentence>> = {
  client_unknown: ({ name }) =>
    `The server knows no client of this client_id. It knows${name ? `: ${name}` : ' none'}. Client ids are compared ` +
    'letter for letter.',
  pkce_missing: () =>
    'This authorization request has no code_challenge: whoever steals the code can use it. Make a code_verifier for ' +
    'each login and send its S256 challenge. RFC 7636, section 4.3.',
  pkce_plain: ({ earlier }) =>
    `${earlier ? `The authorization request of step ${earlier}` : 'This authorization request'} does not say ` +
    'code_challenge_method=S256; without it the method is plain, which shows the code_verifier to everybody who sees ' +
    'the URL. RFC 7636, section 4.2.',
  code_challenge_malformed: () =>
    'This code_challenge is not 43 characters of base64url, so no S256 challenge. It is ' +
    'BASE64URL(SHA256(ASCII(code_verifier))), without padding. RFC 7636, section 4.2.',
  code_challenge_reused: ({ earlier, between }) =>
    (between
      ? `The authorization requests of steps ${earlier} and ${between} have one code_challenge, and now the codes of ` +
        'both were sent. '
      : `This code_challenge was already sent in step ${earlier}. `) +
    'Each login needs a new code_verifier. RFC 7636, section 4.1.',
  code_verifier_missing: () =>
    'This token request has no code_verifier. Keep the one that was made for this login, beside its state, until the ' +
    'callback comes. RFC 7636, section 4.5.',
  code_verifier_malformed: () =>
    'This code_verifier is not 43 to 128 characters from A-Z, a-z, 0-9, "-", ".", "_" and "~". 32 random octets as ' +
    'base64url are right. RFC 7636, section 4.1.',
  code_verifier_of_another_login: ({ earlier, step }) =>
    `The code_verifier of this token request belongs to another login (made in step ${earlier}, sent in step ` +
    `${step}). Keep one code_verifier for each state, not one for the whole application.`,
  code_verifier_wrong: ({ earlier, step }) =>
    `The code_verifier of this token request belongs to no login (sent in step ${step}; the code_challenge of step ` +
    `${earlier} does not fit it). Was it lost and made again, for example by a reload?`,
  code_used_twice: ({ earlier, step, revoked }) =>
    `This code was sent twice (in step ${earlier}, again in step ${step}). A code is for one request, whether or not ` +
    `that works${revoked ? '; what it issued is revoked now' : ''}. Take the login out of the store before its code ` +
    'is sent. RFC 6749, section 4.1.2.',
  code_of_another_client: ({ earlier }) =>
    `This code was issued to another client_id, in step ${earlier}. RFC 6749, section 4.1.3.`,
  redirect_uri_missing: ({ earlier }) =>
    `This token request has no redirect_uri, though the authorization request of step ${earlier} had one. It has to ` +
    'be repeated letter for letter. RFC 6749, section 4.1.3.',
  redirect_uri_changed: ({ earlier }) =>
    `The redirect_uri of this token request is not the one of step ${earlier}. It has to be repeated letter for ` +
    'letter: no slash more, no other port. RFC 6749, section 4.1.3.',
  redirect_uri_unsound: () =>
    'This redirect_uri has a fragment, or it is neither https, nor http on loopback, nor of a private-use scheme ' +
    'with a dot in it. RFC 6749, section 3.1.2; RFC 8252, section 7.',
  redirect_uri_not_registered: () =>
    'This redirect_uri is not among those of the client. They are compared letter for letter. Add it to redirectUris.',
  refresh_token_used_twice: ({ earlier, step, revoked }) =>
    `This refresh token was used twice (in step ${earlier}, again in step ${step}); two callers raced, or the answer ` +
    `to the first was not stored. ${revoked ? 'All tokens of this login are revoked now. ' : ''}Let one caller ` +
    'refresh and the others wait for it. RFC 9700, section 4.14.2.',
  refresh_token_of_another_client: ({ earlier }) =>
    `This refresh token was issued to another client_id, for the login of step ${earlier}. RFC 6749, section 6.`,
  scope_widened: ({ earlier }) =>
    `This refresh asks for a scope that the login of step ${earlier} was not granted. A refresh may only ask for ` +
    'less; log in again for more. RFC 6749, section 6.',
  state_missing: () =>
    'This authorization request has no state. PKCE with S256 protects a login from forged callbacks too; a state ' +
    'besides tells logins apart that are under way at once, and refuses a forged callback before its code is sent. ' +
    'RFC 9700, section 2.1.',
  state_reused: ({ earlier }) =>
    `This state was already used by the login of step ${earlier}. Each login needs a new one. RFC 6749, section 10.12.`,
  nonce_missing: () =>
    'This authorization request asks for openid without a nonce. PKCE with S256 protects a login from the code of ' +
    'another one too; a nonce besides lets the client itself see that an ID Token belongs to this login. RFC 9700, ' +
    'section 2.1.1.',
  nonce_reused: ({ earlier }) =>
    `This nonce was already used by the login of step ${earlier}. Each login needs a new one. OIDC Core, section ` +
    '15.5.2.',
  parameter_repeated: ({ name }) => `This request has the parameter ${name} more than once. RFC 6749, section 3.1.`,
  parameters_in_url: () =>
    'This request has parameters in its URL, where logs and histories keep them. They belong in the body. RFC 6749, ' +
    'section 3.2.',
  body_not_form: () =>
    'The body of this request is no application/x-www-form-urlencoded form. Most servers take nothing else. RFC ' +
    '6749, section 4.1.3.',
  client_secret_sent: () =>
    'This public client sent a secret. Everybody who has the application can read it, so it protects nothing. RFC ' +
    '8252, section 8.5.',
  wrong_method: ({ name }) => `Requests to this endpoint are made with ${name}.`,
  access_token_in_url: () =>
    'This request has an access token in its URL, where logs and histories keep it. It belongs in the Authorization ' +
    'header. RFC 9700, section 4.3.2.',
  unknown_endpoint: ({ name }) =>
    `This server has nothing at ${name}. Take endpoints from its metadata, or give its operations table to the mock.`,
  id_token_hint_wrong: () =>
    'This id_token_hint is no ID Token that this server issued to this client. Keep the ID Token of the login as it ' +
    'came; an access token is none. OIDC Core, section 3.1.2.1; RP-Initiated Logout, section 2.',
  post_logout_redirect_uri_not_registered: () =>
    'The address that this logout should lead to is not among those of the client. They are compared letter for ' +
    'letter. Add it to postLogoutRedirectUris.',
  spoiled_answer_believed: ({ earlier, deviation, does, duty }) =>
    `The client went on with the answer of step ${earlier}, which was spoiled on purpose (${deviation}): ${does} ` +
    `${duty}`,
};

export const MISUSE_CODES: readonly MisuseCode[] = Object.keys(SENTENCES) as MisuseCode[];

export const misuseOf = (code: MisuseCode, facts: MisuseFacts): Misuse => ({
  code,
  step: facts.step,
  sentence: SENTENCES[code](facts),
  ...(ADVICE.includes(code) && { advice: true }),
});
