/** ID Tokens that are refused -> texts for `explain.ts`. OpenID Connect Core, section 3.1.3.7. */
import type { Texts } from './explain.ts';
import type { UntrustedCode } from './failure.ts';

export const idTokenTexts: Texts<Extract<UntrustedCode, `id_token_${string}`>> = {
  id_token_missing: {
    recovery: 'fix_configuration',
    what: 'The server gave no ID Token, although `openid` was asked for.',
    why: 'The server does plain OAuth only, or OpenID Connect or the scope `openid` is not allowed for this client.',
    fix: 'Switch OpenID Connect on for this client, or leave `openid` out if nobody has to be identified.',
  },
  id_token_too_large: {
    recovery: 'report',
    what: 'An ID Token of more than 262,144 characters was not read.',
    why: 'Far too many groups or claims are written into it.',
    fix: 'Let the server put fewer claims into the ID Token, and read the rest from userinfo.',
  },
  id_token_malformed: {
    recovery: 'report',
    what: 'The ID Token is not a signed JWT.',
    why: 'Something else stands in its place, or it was cut off or changed on its way.',
    fix: 'Look whether the token endpoint is the one of your server, then report it there.',
  },
  id_token_encrypted: {
    recovery: 'fix_configuration',
    what: 'The ID Token is encrypted, and an application on a device has no key to open it.',
    why: 'Encryption of ID Tokens is switched on for this client.',
    fix: 'Switch it off. The connection to the server is encrypted already.',
  },
  id_token_expired: {
    recovery: 'report',
    what: 'The ID Token was already expired when it arrived.',
    why: "The clock of this device is ahead by more than the token lives and 30 seconds, or the server's is behind.",
    fix: 'Set the clock automatically. `clockTolerance` forgives up to 300 seconds.',
  },
  id_token_key_not_found: {
    recovery: 'report',
    what: 'None of the keys of the server can have signed the ID Token.',
    why: 'The server has just changed its keys, the token was forged, or `jwksUri` is that of another tenant or realm.',
    fix:
      'Log in again after a minute: unknown keys are looked for once in a minute. ' +
      'If it stays, compare `jwksUri` with the metadata of the server.',
  },
  id_token_signature_invalid: {
    recovery: 'report',
    what: 'The signature of the ID Token is wrong.',
    why: '`jwksUri` belongs to another server, or the token was changed or forged.',
    fix: 'Do not log the person in. Compare `jwksUri` with the metadata of the server.',
  },
  id_token_alg_invalid: {
    recovery: 'report',
    what: 'The ID Token is signed in a way that is not accepted.',
    why: 'The server signs with HS256 (a shared secret) or not at all, or with an algorithm that settings left out.',
    fix: 'Set the signature algorithm of ID Tokens to RS256, ES256 or EdDSA for this client.',
  },
  id_token_typ_invalid: {
    recovery: 'report',
    what: 'The token in the place of the ID Token is of another kind.',
    why: 'The server put an access token or a logout token there.',
    fix: 'Report it to the developers of the server.',
  },
  id_token_crit_invalid: {
    recovery: 'report',
    what: 'The ID Token demands an extension that is not known here.',
    why: 'The server uses the header `crit`.',
    fix: 'Switch the extension off for this client.',
  },
  id_token_iss_invalid: {
    recovery: 'report',
    what: 'The ID Token was issued by another server than the one that was asked.',
    why: '`issuer` differs by a trailing slash or in case, or names a custom domain or another tenant.',
    fix: 'Copy `issuer` letter for letter from the metadata of the server.',
  },
  id_token_sub_invalid: {
    recovery: 'report',
    also: ['log_in_again'],
    what: 'The ID Token does not say who the person is, or speaks of another person than before.',
    why: '`sub` is missing, empty, longer than 255 characters or not ASCII; or a refresh answered for somebody else.',
    fix:
      'Log in again. If it stays, correct how the server makes `sub`. ' +
      '`log_in_again` means that a refresh answered for somebody else.',
  },
  id_token_aud_invalid: {
    recovery: 'report',
    what: 'The ID Token is made for another application.',
    why: 'The client id is of another application, or the token names further audiences.',
    fix: 'Compare the client id. List further audiences as `trustedAudiences` if you trust them all.',
  },
  id_token_exp_invalid: {
    recovery: 'report',
    what: 'The ID Token does not say until when it is good, or ends before it begins.',
    why: '`exp` is missing, no number (milliseconds count as none), or before `iat`.',
    fix: 'Report it to the developers of the server.',
  },
  id_token_iat_invalid: {
    recovery: 'report',
    what: 'The ID Token was issued in the future, too long ago, or at no known time.',
    why: 'The clock of this device is behind by more than 30 seconds, or `iat` is missing or in milliseconds.',
    fix: 'Set the clock automatically. `clockTolerance` forgives up to 300 seconds.',
  },
  id_token_nbf_invalid: {
    recovery: 'report',
    what: 'The ID Token is not good yet.',
    why: 'The clock of this device is behind by more than 30 seconds, or that of the server is ahead.',
    fix: 'Set the clock automatically. `clockTolerance` forgives up to 300 seconds.',
  },
  id_token_auth_time_invalid: {
    recovery: 'report',
    what: 'The person authenticated too long ago, or the server does not say when.',
    why: '`maxAge` was asked for and the server ignores it, or a clock is wrong.',
    fix: 'Ask with `prompt: "login"`, or use a server that honours `max_age`.',
  },
  id_token_nonce_invalid: {
    recovery: 'report',
    what: 'The ID Token does not belong to this login: its `nonce` is missing or another one.',
    why: 'A consent or login page of the server drops `nonce` on its way, or a token of another login was injected.',
    fix: 'Let the pages of the server pass all parameters on. Do not log the person in.',
  },
  id_token_azp_invalid: {
    recovery: 'report',
    what: 'The ID Token was given to another application.',
    why: '`azp` is not this client id, as when tokens are exchanged between applications.',
    fix: 'Compare the client id, and use the ID Token of this login only.',
  },
  id_token_acr_invalid: {
    recovery: 'report',
    what: 'The person did not authenticate in the way that was asked for.',
    why: 'The server does not offer the asked `acr`, ignores it, or the person has no second factor.',
    fix: 'Ask only for values that the server lists as `acr_values_supported`.',
  },
  id_token_amr_invalid: {
    recovery: 'report',
    what: 'The ID Token names the methods of authentication in a wrong form.',
    why: '`amr` is not a list of texts.',
    fix: 'Report it to the developers of the server.',
  },
  id_token_at_hash_invalid: {
    recovery: 'report',
    what: 'The ID Token and the access token that came with it do not belong together.',
    why: 'One of the two was replaced, or the server hashes with another algorithm than it signs with.',
    fix: 'Do not log the person in, and do not use the tokens. Report it to the developers of the server.',
  },
  id_token_sid_invalid: {
    recovery: 'report',
    what: 'The ID Token names the session of the server in a wrong form.',
    why: '`sid` is not a text.',
    fix: 'Report it to the developers of the server.',
  },
  id_token_org_id_invalid: {
    recovery: 'report',
    what: 'The ID Token is not for the organization that was asked for.',
    why: 'The person logged in to another organization, or to none.',
    fix: 'Log in again and choose the organization. Check that the client is enabled for it.',
  },
  id_token_org_name_invalid: {
    recovery: 'report',
    what: 'The ID Token does not bear the name of the organization that was asked for.',
    why: 'The person chose another organization, or the server does not write names into ID Tokens.',
    fix: 'Allow organization names in tokens at the server, or ask by the id that begins with `org_`.',
  },
  id_token_events_invalid: {
    recovery: 'report',
    what: 'The token in the place of the ID Token is about an event.',
    why: 'A logout token was put there: it holds `events`.',
    fix: 'Do not log the person in. Report it to the developers of the server.',
  },
};
