/** Settings -> what the server says about itself. RFC 8414, section 2; OIDC Discovery 1.0, section 3. */
import type { JsonWebKey, JsonWebKeySet, ServerMetadata } from '@proofkey/api';
import { endpointOf, type OperationId } from './settings.ts';
import type { ServerKey } from './state.ts';
import type { Reply, Turn } from './turn.ts';
import { described } from './wire.ts';

/** Members that the description of the wire does not read, but other clients do. */
type FurtherMetadata = {
  readonly response_types_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly revocation_endpoint_auth_methods_supported: readonly string[];
  readonly claims_parameter_supported: boolean;
  readonly request_parameter_supported: boolean;
  /** Left out, it would mean yes. OIDC Discovery 1.0, section 3. */
  readonly request_uri_parameter_supported: boolean;
};

export function metadata({ state, rules }: Turn): Reply {
  const { settings, keys } = state;
  const { issuer, scopes } = settings;
  const at = (...ids: readonly OperationId[]): string | undefined => endpointOf(settings, ...ids);
  const members = described<ServerMetadata & FurtherMetadata>({
    issuer,
    authorization_endpoint: at('authorize') ?? '',
    token_endpoint: at('requestTokens') ?? '',
    userinfo_endpoint: at('getUserInfo', 'postUserInfo'),
    jwks_uri: at('getKeySet'),
    revocation_endpoint: at('revoke'),
    end_session_endpoint: at('logout', 'postLogout'),
    scopes_supported: scopes === 'any' ? ['openid', 'profile', 'email', 'offline_access'] : scopes,
    code_challenge_methods_supported: rules.plainAccepted ? ['S256', 'plain'] : ['S256'],
    id_token_signing_alg_values_supported: [...new Set(keys.map(({ alg }) => alg))],
    response_modes_supported: rules.responseModes,
    grant_types_supported: ['authorization_code', 'refresh_token'],
    authorization_response_iss_parameter_supported: rules.issAdvertised ? rules.issInResponse : undefined,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  });
  return { draft: { type: 'json', status: 200, members } };
}

/** By name, so that a private half that slipped in is not published. */
const publicKey = ({ kid, alg, jwk: { kty, crv, x, y, n, e } }: ServerKey): JsonWebKey =>
  described<JsonWebKey>({ kty, crv, x, y, n, e, kid, alg, use: 'sig' });

export function keySet({ state: { keys } }: Turn): Reply {
  const members: JsonWebKeySet = { keys: keys.map(publicKey) };
  return { draft: { type: 'json', status: 200, members } };
}
