/** Refusals of the server, of the platform, and of what an application asked for -> texts for `explain.ts`. */

import { sessionTexts } from './explain.session.ts';
import type { Texts } from './explain.ts';
import type { FailureCodes } from './failure.ts';

type Local = 'oauth_error' | 'effect_failed' | 'misuse';

export const localTexts: { readonly [K in Local]: Texts<FailureCodes[K]> } = {
  oauth_error: {
    authorization_refused: {
      recovery: 'log_in_again',
      also: ['fix_configuration', 'retry'],
      what: 'The authorization server ended the login with an error.',
      why: 'The person said no, a policy of the server forbids it, or the client is not set up for it.',
      fix:
        'Look at `failure.oauth.error`. The log of the authorization server usually says more. ' +
        '`fix_configuration` means that the client is not set up for it, `retry` that the server is in trouble.',
    },
    token_request_refused: {
      recovery: 'log_in_again',
      also: ['fix_configuration', 'retry'],
      what: 'The token endpoint refused the request.',
      why: 'The code or the refresh token is used, expired or revoked, or the client is not set up for this.',
      fix:
        'Look at `failure.oauth.error`, then log in again, or at `fix_configuration` correct the client. ' +
        'After `refresh_token` it is `retry` where the server is in trouble.',
    },
  },
  effect_failed: {
    insufficient_entropy: {
      recovery: 'report',
      what: 'The random source gave too few octets, or the same ones again and again.',
      why: 'A fake random source of a test is in use, or the one of this platform is broken.',
      fix: 'Give the octets of `crypto.getRandomValues` or `randomBytes`, as many as `ENTROPY_LENGTH` says.',
    },
    storage_read_failed: {
      recovery: 'log_in_again',
      also: ['retry'],
      what: 'The store of logins and sessions could not be read.',
      why: 'Storage is blocked (private window, site settings, a third-party frame), or the file is locked.',
      fix:
        'Allow storage for this site, or leave the frame. On a device, check who may read the file. ' +
        '`retry` means that no login was under way, or that the session of this login was not saved.',
    },
    storage_write_failed: {
      recovery: 'log_in_again',
      also: ['retry'],
      what: 'The store of logins and sessions could not be written, or holds something newer.',
      why: 'Storage is full or blocked (private window, quota), or a later version of this library wrote the record.',
      fix:
        'Free some space, allow storage for this site, or use the same version everywhere. ' +
        '`retry` means that only the session was not saved.',
    },
    user_agent_failed: {
      recovery: 'log_in_again',
      also: ['retry'],
      what: 'The page of the authorization server could not be shown.',
      why: 'There is no browser (SSH, a container), a pop-up was blocked, or no app handles the address.',
      fix: 'Start the login from a click. Without a browser, print the address. `retry` means that nothing had begun.',
    },
    user_cancelled: {
      recovery: 'none',
      what: 'The person gave up the login.',
      why: 'The window was closed, or the application aborted `cancel`.',
      fix: 'Nothing is wrong. Offer the login button again.',
    },
    redirect_timeout: {
      recovery: 'log_in_again',
      what: 'The person did not come back in time.',
      why: 'The server showed an error page (unknown client id or redirect URI) or is down, or the page was left open.',
      fix: 'Look at the page in the browser. Compare client id and redirect URI with the server.',
    },
    loopback_port_unavailable: {
      recovery: 'retry',
      also: ['log_in_again'],
      what: 'The port of the redirect URI on this computer is taken or forbidden.',
      why: 'Another login of this program, or another program, is listening there.',
      fix:
        'End the other program, or use a redirect URI without a fixed port if the server allows that. ' +
        'It is `log_in_again` where an adapter takes the port only after the login has begun.',
    },
    network_error: {
      recovery: 'log_in_again',
      also: ['retry'],
      what: 'A request to the authorization server got no answer.',
      why: 'The device is offline, a proxy or a certificate is in the way, or the server does not allow this origin.',
      fix:
        'Check the connection. In a browser, add your origin to the allowed origins of this client. ' +
        '`retry` means that no login had begun, or that one is there.',
    },
    key_set_unavailable: {
      recovery: 'log_in_again',
      what: 'The keys of the authorization server could not be fetched, so the ID Token cannot be checked.',
      why: 'The connection broke off, or `jwksUri` does not allow this origin.',
      fix: 'Log in again. If it stays, open `jwksUri` and look whether it answers and allows your origin.',
    },
    ...sessionTexts,
    signature_check_failed: {
      recovery: 'log_in_again',
      what: 'This platform could not check a signature.',
      why: 'It has no verifier for this algorithm, or the page is not on https or localhost.',
      fix: 'Use https or localhost, or give the client a signature verifier that knows the algorithm.',
    },
  },
  misuse: {
    endpoint_missing: {
      recovery: 'fix_configuration',
      what: 'The server has no endpoint for this.',
      why: 'Its metadata, or the `server` of the settings, does not name one.',
      fix: 'Add it to `server`, such as `userinfoEndpoint`, or do without it: the claims of the ID Token are there.',
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
        'What stands in brackets is wrong. `clockTolerance` is 0 to 300 seconds, `timeLimit` 1 to 3600; `apis` are ' +
        'origins without a path or a slash at the end. Or `jwksUri` was left out although `openid` is asked for.',
      fix:
        'Copy the client id from the server. Numbers from the environment are text: convert them. ' +
        'Give `jwksUri`, or `jwksUri: null` for a server that publishes no keys.',
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
      what: 'The redirect URI cannot be used for a safe login.',
      why:
        'It is http on a name other than localhost, has a fragment, or is an app scheme without a dot. ' +
        'Node.js takes a loopback IP address with a path only.',
      fix:
        'In Node.js: `http://127.0.0.1/callback`, with a port other than 80 if it is fixed. ' +
        'Else https, or `com.example.app:/callback`.',
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
      what: 'An option of the login has an impossible value.',
      why:
        '`maxAge` is no whole number of seconds, `prompt` combines "none" with something else, `responseMode` or ' +
        '`claims` has another form, `appState` is not JSON, `cancel` is no signal, an option is unknown, or `now` is ' +
        'in milliseconds.',
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
  },
};
