/** What an application asked for that is impossible -> texts for `explain.ts`. */
import type { Texts } from './explain.ts';
import type { FailureCodes } from './failure.ts';

export const misuseTexts: Texts<FailureCodes['misuse']> = {
  endpoint_missing: {
    recovery: 'fix_configuration',
    what: 'The server has no endpoint for this.',
    why: 'Its metadata, or the `server` of the settings, does not name one.',
    fix:
      'Add it to `server`, such as `userinfoEndpoint` or `endSessionEndpoint`, or do without it: the claims of the ' +
      'ID Token are there, and here the person is logged out all the same.',
  },
  api_not_listed: {
    recovery: 'fix_configuration',
    what: 'The access token was not sent, because this address is not one of your APIs.',
    why: 'Its origin (scheme, host and port) is not in `apis`, or differs from it by the port or by http for https.',
    fix: "Add the origin to `apis`, such as `'https://api.example.com'`, or use the platform's own `fetch`.",
  },
  invalid_settings: {
    recovery: 'fix_configuration',
    what: 'The settings of the client are not complete or not possible.',
    why:
      'What stands in brackets is wrong or missing. `clockTolerance` is 0 to 300 seconds, `timeLimit` 1 to 3600; ' +
      '`apis` are origins without a path or a slash at the end; `openid` needs `jwksUri`.',
    fix:
      'Copy the client id from the server. Numbers from the environment are text: convert them. ' +
      'Give `jwksUri`, or `jwksUri: null` for a server that publishes no keys. ' +
      '`signingAlgorithms` are such as RS256 or EdDSA.',
  },
  invalid_issuer: {
    recovery: 'fix_configuration',
    what: 'The issuer is not an https address.',
    why:
      '`issuer` (or `server.issuer`) is missing, `https://` is missing, or it has a query or a fragment. ' +
      'http is for loopback only.',
    fix: 'Copy `issuer` letter for letter from the metadata of the server, with its trailing slash if it has one.',
  },
  invalid_redirect_uri: {
    recovery: 'fix_configuration',
    what: 'The redirect URI, or the address to come back to from a logout, cannot be used safely.',
    why:
      'It is http on a name other than localhost, has a fragment, or is an app scheme without a dot. ' +
      'Node.js takes a loopback IP address with a path only.',
    fix:
      'In Node.js: `http://127.0.0.1/callback`, with a port other than 80 if it is fixed. ' +
      'Else https, or `com.example.app:/callback`. `returnTo` is a whole address, too.',
  },
  redirect_uri_shared: {
    recovery: 'fix_configuration',
    what: 'Two clients of this application have the same redirect URI.',
    why: 'Then a callback does not show which server it comes from, and a hostile one could get the code of the other.',
    fix: 'Give each client a `redirectUri` of its own, such as `/callback/one` and `/callback/two`, and register it.',
  },
  invalid_scope: {
    recovery: 'fix_configuration',
    what: 'The scope is not a list of scope names.',
    why:
      'It is one text with spaces, is missing, or a name has a quotation mark or a character outside ASCII. ' +
      '`userinfo()` needs a login with `openid`.',
    fix: "Write a list: `scope: ['openid', 'profile']`.",
  },
  invalid_resource: {
    recovery: 'fix_configuration',
    what: 'A resource is not an absolute address without a fragment.',
    why: 'The scheme is missing, or there is a `#` or white space in it.',
    fix: 'Write the identifier of the API as the server knows it, for example `https://api.example.com/`.',
  },
  invalid_parameter: {
    recovery: 'fix_configuration',
    what: 'An option has an impossible value, or is unknown.',
    why:
      '`maxAge` is no whole number of seconds, `prompt` combines "none", `responseMode`, `claims` or `stepUp` has ' +
      'another form, `appState` is not JSON, `cancel` is no signal, or `now` is in milliseconds.',
    fix: 'Correct the option; parameters that only your server knows go into `extra`. `now` is in seconds.',
  },
  reserved_parameter: {
    recovery: 'fix_configuration',
    what: 'A further parameter would replace one of the protocol.',
    why: '`extra`, or the query of the authorization endpoint, names what the library sends itself.',
    fix: 'Use the option of that name, or leave it out. `state`, `nonce` and PKCE cannot be chosen.',
  },
  invalid_code_verifier: {
    recovery: 'fix_configuration',
    what: 'A code verifier has the wrong length or wrong characters.',
    why: 'It was not made by `codeVerifierFrom`, or it was changed on its way.',
    fix: 'Make it from 32 fresh random octets, and keep it as it is: 43 to 128 letters, digits, "-._~".',
  },
  answer_not_expected: {
    recovery: 'report',
    what: 'The login was given an answer to something that it had not asked for.',
    why: 'An adapter answered twice or in the wrong order, or two logins were mixed up.',
    fix: 'Give each answer to the state that asked, once. With an adapter of ours, report it as a bug.',
  },
};
