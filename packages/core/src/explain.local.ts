/** Refusals of the server, of the platform, and of what an application asked for -> texts for `explain.ts`. */

import { misuseTexts } from './explain.misuse.ts';
import { resourceTexts, sessionTexts } from './explain.session.ts';
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
    ...resourceTexts,
  },
  effect_failed: {
    digest_failed: {
      recovery: 'fix_configuration',
      what: 'This platform could not make a SHA digest, which every login needs.',
      why: 'The page is not on https or localhost, WebCrypto is faked, or `digest` is missing or gives no octets.',
      fix: 'Use https or localhost, or give the client a digest of its own, such as `pureDigest`.',
    },
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
      why: 'The device is offline, the connection broke off, or `jwksUri` does not allow this origin.',
      fix: 'Log in again. If it stays, open `jwksUri` and look whether it answers and allows your origin.',
    },
    ...sessionTexts,
    signature_check_failed: {
      recovery: 'fix_configuration',
      what: 'This platform could not check a signature.',
      why: 'It has no verifier for the algorithm in brackets, or the page is not on https or localhost.',
      fix: 'Use https or localhost, or give the client a verifier that knows it, such as `pureVerifier(rs256, es256)`.',
    },
  },
  misuse: misuseTexts,
};
