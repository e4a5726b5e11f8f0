/** Callbacks, token responses, keys and metadata that are refused -> texts for `explain.ts`. */
import { userinfoTexts } from './explain.session.ts';
import type { Texts } from './explain.ts';
import type { UntrustedCode } from './failure.ts';

export const responseTexts: Texts<Exclude<UntrustedCode, `id_token_${string}`>> = {
  ...userinfoTexts,
  callback_too_large: {
    recovery: 'none',
    what: 'A callback URL of more than 65,536 characters was not read.',
    why: 'No server sends so much. Somebody opened your callback address with a text of their own.',
    fix: 'Nothing to do: the URL was ignored, and the login still waits.',
  },
  redirect_uri_mismatch: {
    recovery: 'none',
    what: 'A URL arrived that is not the redirect URI of this login.',
    why: 'A trailing slash, the port, http for https or a query differs, or another page called the handler.',
    fix: 'Handle only the page of your `redirectUri`, and write it in the same way everywhere.',
  },
  malformed_parameter: {
    recovery: 'report',
    also: ['none'],
    what: 'A parameter of the callback holds what it must not hold.',
    why: 'The server, or something between, did not encode it well, or somebody made the URL by hand.',
    fix:
      "Log in again. If it stays, show the server's developers the parameters, without their values. " +
      'At `none` the URL was ignored, and the login still waits.',
  },
  duplicate_parameter: {
    recovery: 'none',
    what: 'A parameter stands twice in the callback.',
    why: 'Somebody added their own beside that of the server, or a rewrite rule of your site doubles the query.',
    fix: 'Nothing was used and the login still waits. Check rewrite rules if it happens at every login.',
  },
  unexpected_parameter: {
    recovery: 'report',
    what: 'The callback holds a token, which never comes this way here.',
    why: 'The client is set to the implicit or hybrid flow at the server, or somebody made the URL.',
    fix: 'Let the server answer with a code only, and leave out a `token` or `response` of your redirect URI.',
  },
  state_missing: {
    recovery: 'none',
    what: 'The callback has no `state`.',
    why: 'The page was opened without a login, or the login was started at the server and not here.',
    fix: 'Nothing to do: it was ignored. Start every login with `login()`.',
  },
  state_mismatch: {
    recovery: 'none',
    what: 'The callback does not belong to the login that is waiting.',
    why: 'Another tab has a login of its own, an old page was reloaded, or somebody opened your callback address.',
    fix: 'Nothing to do: the URL was ignored, and the login still waits.',
  },
  issuer_missing: {
    recovery: 'report',
    what: 'The callback does not say which server it comes from, although this server always does.',
    why: 'Another server answered (a mix-up attack), or a proxy removed the parameter `iss`.',
    fix: 'Log in again. If `iss` never arrives, the metadata of the server promises too much.',
  },
  issuer_mismatch: {
    recovery: 'report',
    also: ['fix_configuration'],
    what: 'The answer comes from another server than the one that was asked.',
    why: '`issuer` has a typo or differs by a trailing slash, or two servers share this callback (a mix-up attack).',
    fix: 'Copy `issuer` letter for letter from the metadata. Give every server a redirect URI of its own.',
  },
  code_missing: {
    recovery: 'report',
    what: 'The callback has neither a code nor an error.',
    why: 'The server answers in the fragment and not in the query, or something between removed the parameter.',
    fix: 'Make sure that the server answers with a code, in the place that `responseMode` says.',
  },
  unknown_transaction: {
    recovery: 'log_in_again',
    also: ['report'],
    what: 'This login was not started here, or is long over.',
    why: 'Another browser or device, a private window, cleared storage, or a bookmark of the callback.',
    fix:
      'Call `login()` again, and finish it where it was started. ' +
      '`report` means that the login of another client id was given to this one.',
  },
  transaction_expired: {
    recovery: 'log_in_again',
    what: 'The login took longer than an hour.',
    why: 'The page of the server was left open, or the clock of this device was changed in between.',
    fix: 'Call `login()` again.',
  },
  transaction_consumed: {
    recovery: 'log_in_again',
    what: 'This callback was already used.',
    why: 'It was opened twice: a reload, the back button, another tab, or a handler that runs twice.',
    fix: 'Nothing to do if the person is logged in. Else call `login()`. Handle the callback once per page load.',
  },
  unexpected_redirect: {
    recovery: 'fix_configuration',
    what: 'An endpoint answered with a redirect, and tokens do not follow redirects.',
    why: 'The address has http for https, a wrong host, a missing path, or a login page stands before it.',
    fix: 'Use the last address of the chain, as the metadata of the server gives it.',
  },
  response_too_large: {
    recovery: 'report',
    what: 'An answer of more than 1,048,576 characters was not read.',
    why: 'The address is that of something else, or the server is broken.',
    fix: 'Compare the endpoints with the metadata of the server.',
  },
  malformed_token_response: {
    recovery: 'report',
    what: 'The answer of the token endpoint is no token response.',
    why: 'It is no JSON or another media type (a page of a proxy), or a member is missing or of the wrong type.',
    fix: 'Compare `tokenEndpoint` with the metadata. Look for a proxy that answers in place of the server.',
  },
  unsupported_token_type: {
    recovery: 'fix_configuration',
    what: 'The access token is of a type that this client cannot use.',
    why: 'The server binds tokens to keys (DPoP) or to certificates, and the client asked for bearer tokens.',
    fix: 'Allow bearer tokens for this client at the server.',
  },
  http_error: {
    recovery: 'log_in_again',
    also: ['fix_configuration', 'retry', 'report'],
    what: 'An endpoint answered with an HTTP error and no words of OAuth.',
    why: 'A proxy, a firewall or a maintenance page answered, or the address is wrong.',
    fix:
      'Look at the status, and open the address. `fix_configuration` means 404 or 405, ' +
      '`retry` 429 or 500 and more where nothing is used up, `report` another status of the metadata.',
  },
  malformed_key_set: {
    recovery: 'report',
    what: 'The address of the keys gave no key set.',
    why: '`jwksUri` has a typo, or a page of a proxy came instead of JSON.',
    fix: 'Open `jwksUri`: it has to show JSON with a list named `keys`.',
  },
  malformed_metadata_response: {
    recovery: 'report',
    what: 'The metadata of the server is not a JSON object.',
    why: '`issuer` leads to another site: a page answers with 200 where nothing is published.',
    fix: 'Open the well-known address of the issuer, or give the endpoints yourself as `server`.',
  },
  invalid_metadata: {
    recovery: 'fix_configuration',
    also: ['report'],
    what: 'The metadata of the server lacks an endpoint, or a member has the wrong form.',
    why: 'An address is not absolute, or a member is missing or of the wrong type.',
    fix:
      'Correct `server`: the names are camelCase, such as `tokenEndpoint`. ' +
      'Metadata that a server publishes in a wrong form brings `report`.',
  },
  insecure_endpoint: {
    recovery: 'fix_configuration',
    what: 'An endpoint would send codes and tokens over http.',
    why: 'An address was written with http, or the server is behind a proxy and does not know its https address.',
    fix: 'Tell the server its public https address. http is accepted only with an issuer on loopback.',
  },
  pkce_not_supported: {
    recovery: 'fix_configuration',
    what: 'The server says that it does not support PKCE with S256.',
    why: 'It is old, offers only "plain", or PKCE is switched off.',
    fix: 'Switch S256 on at the server. This library does not log in without it.',
  },
  pushed_authorization_request_required: {
    recovery: 'fix_configuration',
    what: 'The server takes pushed authorization requests only (PAR), which this library does not send yet.',
    why: 'Its metadata says `require_pushed_authorization_requests`.',
    fix: 'Let the server take authorization requests of this client without PAR.',
  },
  metadata_not_found: {
    recovery: 'fix_configuration',
    what: 'The issuer publishes no metadata, neither for OpenID Connect nor for OAuth.',
    why: '`issuer` is misspelt, lacks its path, or is the address of the metadata. Or the server has no discovery.',
    fix: 'Open the well-known address. Where there is none, give the endpoints yourself as `server`.',
  },
  claims_refused: {
    recovery: 'report',
    what: 'The claims of the person are not what `claimsSchema` of the settings asks for.',
    why: 'A claim is missing or of another type at this server, or its scope was not asked for.',
    fix: 'Compare the schema with the ID Token of this server; what is often missing has to be optional.',
  },
};
