/** What goes wrong once somebody is logged in -> texts for `explain.ts`. */
import type { Texts } from './explain.ts';

type SessionCode = 'not_logged_in' | 'session_expired' | 'session_unreadable' | 'token_set_missing';
type ResourceCode = 'revocation_refused' | 'invalid_token' | 'insufficient_scope' | 'insufficient_user_authentication';
type UserinfoCode =
  | 'malformed_userinfo_response'
  | 'userinfo_sub_missing'
  | 'userinfo_sub_mismatch'
  | 'userinfo_jwt_unexpected';

export const sessionTexts: Texts<SessionCode> = {
  not_logged_in: {
    recovery: 'log_in_again',
    what: 'Nobody is logged in.',
    why: 'No login has finished here yet, or somebody logged out, perhaps in another tab or another terminal.',
    fix: 'Call `login()`. `getSnapshot().status` says beforehand whether that is needed.',
  },
  session_expired: {
    recovery: 'log_in_again',
    what: 'The access token has expired.',
    why: 'The server gave it a short life, and this version does not get a new one by itself.',
    fix: 'Call `login()`. Where the person still has a session at the server it asks for nothing.',
  },
  session_unreadable: {
    recovery: 'log_in_again',
    what: 'There is a stored session, but it cannot be used.',
    why: 'Its record is damaged, belongs to another client or server, or a later version of this library wrote it.',
    fix: 'Log in again. If another program uses the same store, use the same version in both.',
  },
  token_set_missing: {
    recovery: 'log_in_again',
    what: 'The session holds no access token for this API.',
    why: 'No login has asked for this `audience` or `resource`.',
    fix: 'Put it into the settings, or into `login({ audience })`, and log in. Ask with the same value later.',
  },
};

export const userinfoTexts: Texts<UserinfoCode> = {
  malformed_userinfo_response: {
    recovery: 'report',
    what: 'The answer about the person is not a JSON object.',
    why: 'A proxy or a login page answered, or `userinfoEndpoint` is another address.',
    fix: 'Open the address of `userinfoEndpoint` and look what answers. It is in the metadata of the server.',
  },
  userinfo_sub_missing: {
    recovery: 'report',
    what: 'The answer about the person does not say who it is about.',
    why: 'It has no `sub` that is a text. This is no OpenID Connect endpoint.',
    fix: 'Use the claims of the ID Token instead, and report it to the developers of the server.',
  },
  userinfo_sub_mismatch: {
    recovery: 'report',
    what: 'The answer is about another person than the one who logged in.',
    why: 'The server mixed up two people, or the access token was swapped.',
    fix: 'Nothing of the answer was used. Report it: this must never happen.',
  },
  userinfo_jwt_unexpected: {
    recovery: 'fix_configuration',
    what: 'The server answered with a signed token, which was not agreed on.',
    why: 'This client is registered with `userinfo_signed_response_alg`.',
    fix: 'Remove that from the registration of the client, so that the answer is JSON.',
  },
};

export const resourceTexts: Texts<ResourceCode> = {
  revocation_refused: {
    recovery: 'none',
    also: ['retry', 'fix_configuration'],
    what: 'The server did not take a token back.',
    why: 'It knows the token no longer, does not let public clients revoke, or is in trouble.',
    fix:
      'Nothing is left on this device, so do nothing. `retry` means that the server is in trouble, ' +
      '`fix_configuration` that this client may not revoke, or that the endpoint is elsewhere.',
  },
  invalid_token: {
    recovery: 'log_in_again',
    what: 'The API refused the access token.',
    why: 'It expired or was revoked, is for another API, or the answer does not let this origin read why.',
    fix: 'Log in again. If it stays, compare `audience` with what the API expects.',
  },
  insufficient_scope: {
    recovery: 'log_in_again',
    what: 'The API wants a scope that the access token does not have.',
    why: 'No login has asked for the scope, or the person did not grant it.',
    fix: 'Call `login({ stepUp: failure })`, which asks for the scope as well.',
  },
  insufficient_user_authentication: {
    recovery: 'log_in_again',
    what: 'The API wants the person to authenticate more strongly, or again.',
    why: 'The action needs another `acr`, such as a second factor, or a login that is not so long ago.',
    fix: 'Call `login({ stepUp: failure })`, which asks for what the API wants.',
  },
};
