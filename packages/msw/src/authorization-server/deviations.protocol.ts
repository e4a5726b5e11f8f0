/** What real servers do not check or do not do. RFC 7636; RFC 9700, sections 2.1.1 and 4.14; RFC 8252, section 7.3. */

import { TO_CLIENT } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import type { Step } from './log.ts';
import type { Rules } from './rules.ts';

export type ProtocolDeviation =
  | 'plain_accepted'
  | 'pkce_optional'
  | 'verifier_not_checked'
  | 'verifier_of_any_length'
  | 'code_survives_wrong_verifier'
  | 'tokens_survive_code_replay'
  | 'tokens_survive_refresh_reuse'
  | 'old_refresh_token_replaces_newer'
  | 'refresh_token_kept'
  | 'audience_ignored_on_refresh'
  | 'nonce_required'
  | 'prompt_none_shows_page'
  | 'loopback_port_fixed'
  | 'json_bodies_accepted'
  | 'token_endpoint_without_cors'
  | 'without_cors';

const bent = (does: string, seen: string, steps: readonly Step[], rules: Partial<Rules>): Deviation => ({
  does,
  seen,
  steps,
  rules,
});

export const PROTOCOL: Readonly<Record<ProtocolDeviation, Deviation>> = {
  plain_accepted: bent('PKCE works with plain too.', 'six of fourteen servers', [...TO_CLIENT, 'metadata'], {
    plainAccepted: true,
  }),
  pkce_optional: bent('A code is issued without any PKCE.', 'five of fourteen servers, AT-24', TO_CLIENT, {
    pkceRequired: false,
  }),
  verifier_not_checked: bent('Every code_verifier is right.', 'AT-24', ['token'], { verifierChecked: false }),
  verifier_of_any_length: bent('A code_verifier of five characters passes.', 'seven of fourteen servers', ['token'], {
    verifierFormatChecked: false,
  }),
  code_survives_wrong_verifier: bent('A code is still good after a wrong verifier.', 'eight servers', ['token'], {
    wrongVerifierBurnsCode: false,
  }),
  tokens_survive_code_replay: bent(
    'What a code issued is still good after the code came again.',
    'seven servers',
    ['token'],
    {
      replayRevokes: false,
    },
  ),
  tokens_survive_refresh_reuse: bent(
    'The newest refresh token is still good after an old one came again.',
    'servers without reuse detection',
    ['refresh'],
    {
      reuseRevokes: false,
    },
  ),
  old_refresh_token_replaces_newer: bent(
    'The refresh token before the newest is still taken, and then the newest is not.',
    'workers-oauth-provider',
    ['refresh'],
    { oldReplacesNewer: true },
  ),
  refresh_token_kept: bent(
    'A refresh brings no new refresh token: the old one stays good.',
    'LemonLDAP::NG, oidc-provider, Solid CSS',
    ['refresh'],
    {
      rotation: false,
    },
  ),
  audience_ignored_on_refresh: bent(
    'A refresh is for the API of the login, whatever it asks for.',
    'servers with one API for each login',
    ['refresh'],
    {
      audienceOnRefresh: false,
    },
  ),
  nonce_required: bent('A login with openid and without nonce is refused.', 'glewlwyd', TO_CLIENT, {
    nonceRequired: true,
  }),
  prompt_none_shows_page: bent(
    'prompt=none without a session shows a login page: no redirect ever comes.',
    'three of fourteen servers',
    TO_CLIENT,
    { promptNoneRedirects: false },
  ),
  loopback_port_fixed: bent(
    'Redirect URIs on loopback need the very port that is registered.',
    'half of the servers',
    TO_CLIENT,
    {
      loopbackPortFree: false,
    },
  ),
  json_bodies_accepted: bent(
    'Token requests as JSON are taken too.',
    'oauth2-mock-server, MCP SDK, Doorkeeper',
    ['token', 'refresh'],
    {
      jsonBodies: true,
    },
  ),
  token_endpoint_without_cors: bent(
    'The token endpoint can not be read by pages of other origins.',
    'five of fourteen servers',
    ['token', 'refresh'],
    {
      tokenCors: false,
    },
  ),
  without_cors: bent(
    'No answer can be read by pages of other origins.',
    'servers that know no browsers',
    ['token', 'refresh', 'userinfo', 'revoke', 'metadata', 'keys'],
    { cors: false },
  ),
};
