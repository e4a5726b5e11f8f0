/** What an authorization server said -> what that means here. RFC 6749, sections 4.1.2.1 and 5.2. */
import type { Explanation } from './explain.ts';

/** The two words by which one server says that it wants a secret. */
const SECRET_EXPECTED: Explanation = {
  what: 'The server expects a client secret, which an application on a device cannot keep.',
  why: 'The application is registered as a web or machine application, not as a single-page or native one.',
  fix: 'Change its type, or set its token endpoint authentication to "none". Never put a secret in an app.',
};

const SERVER_TROUBLE: Explanation = {
  what: 'The authorization server could not do its work just now.',
  why: 'It is overloaded, under maintenance or broken. Nothing is wrong with the request.',
  fix: 'Wait, then log in again. `retryAtOf` says when, if the server did.',
};

const BUSY: Explanation = {
  what: 'The authorization server has had too many requests.',
  why: 'A rate limit of this server was reached, perhaps by other users of the same address.',
  fix: 'Wait, then log in again. `retryAtOf` says when, if the server did.',
};

const NOT_ALLOWED: Explanation = {
  what: 'The server does not allow this client to log in by authorization code.',
  why: 'The grant "authorization code" is switched off for this client, or the client id is of another application.',
  fix: 'Switch the grant on in the settings of this client, and compare the client id.',
};

const silent = (what: string, why: string): Explanation => ({
  what,
  why,
  fix: 'Ask again without `prompt: "none"`, so that the person can answer.',
});

const wrongAddress = (what: string): Explanation => ({
  what,
  why: 'The endpoint is misspelt, or belongs to another tenant, realm or version of the server.',
  fix: 'Copy the endpoints from the metadata that the server publishes.',
});

/** By the code and the server's own `error`, else the status of the answer, else the recovery. */
export const saidTexts: Readonly<Record<string, Explanation>> = {
  'authorization_refused/access_denied': {
    what: 'The person, or a rule of the server, refused the login.',
    why: 'Somebody pressed "cancel" or "deny", or a policy blocks this account.',
    fix: 'Offer the login button again. If nobody pressed anything, read the log of the authorization server.',
  },
  'authorization_refused/login_required': silent(
    'The person has to log in, but the request forbade asking.',
    'There is no session at the server, or the browser blocks its cookie in a frame or a private window.',
  ),
  'authorization_refused/consent_required': silent(
    'The person has to agree, but the request forbade asking.',
    'A scope is new for this person, or the server asks everybody who is on localhost.',
  ),
  'authorization_refused/interaction_required': silent(
    'The server has to ask the person something, but the request forbade asking.',
    'A second factor, new terms or an expired password stand in the way.',
  ),
  'authorization_refused/account_selection_required': silent(
    'The person has to choose an account, but the request forbade asking.',
    'Several accounts are logged in at the server.',
  ),
  'authorization_refused/invalid_scope': {
    what: 'The server does not know, or does not allow, one of the scopes.',
    why: 'A scope is misspelt, belongs to another API, or is not granted to this client.',
    fix: 'Compare `scope` with the scopes of this client and of the API at the server.',
  },
  'authorization_refused/unauthorized_client': NOT_ALLOWED,
  'authorization_refused/server_error': SERVER_TROUBLE,
  'authorization_refused/temporarily_unavailable': SERVER_TROUBLE,
  'token_request_refused/invalid_client': SECRET_EXPECTED,
  'token_request_refused/unauthorized_client': NOT_ALLOWED,
  'token_request_refused/invalid_grant': {
    what: 'The server refused the code or the refresh token.',
    why: 'It was used twice, expired or revoked, or the code belongs to another verifier or redirect URI.',
    fix: 'Log in again. If it happens at every login, make sure that the callback is handled once per page load.',
  },
  'token_request_refused/invalid_target': {
    what: 'The server does not give tokens for the API that was asked for.',
    why: '`audience` or `resource` is misspelt, or this client may not use that API.',
    fix: 'Copy the identifier of the API letter for letter, and allow this client to use it.',
  },
  'token_request_refused/server_error': SERVER_TROUBLE,
  'token_request_refused/temporarily_unavailable': SERVER_TROUBLE,
  'token_request_refused/too_many_requests': BUSY,
  'issuer_mismatch/fix_configuration': {
    what: 'The metadata of the server names another issuer than the one of your settings.',
    why: '`issuer` has a typo, or differs by a trailing slash, in its host, or by http for https.',
    fix: 'Open the address in brackets, and copy its `issuer` letter for letter.',
  },
  'http_error/401': {
    ...SECRET_EXPECTED,
    why:
      'The application is registered as a web or machine application, not as a single-page or native one, ' +
      'or `jwksUri` is behind a login.',
  },
  'http_error/404': wrongAddress('There is nothing at the address of an endpoint.'),
  'http_error/405': wrongAddress('The address of an endpoint does not take such requests.'),
  'http_error/429': BUSY,
};
