/** How real servers publish their metadata, or do not. RFC 8414, section 3; OIDC Discovery 1.0, section 4. */

import { changed, metadataMembers, TO_CLIENT, TOKENS } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import { type Draft, isJwtDraft } from './draft.ts';
import type { Turn } from './turn.ts';

export type DiscoveryDeviation =
  | 'issuer_with_trailing_slash'
  | 'only_rfc8414_metadata'
  | 'only_openid_metadata'
  | 'no_discovery'
  | 'discovery_redirects_to_slash'
  | 'html_for_unknown_paths'
  | 'revocation_not_in_metadata'
  | 'revocation_at_token_endpoint'
  | 'revocation_unauthorized'
  | 'revocation_refuses_unknown_tokens';

const OPENID = '/.well-known/openid-configuration';

const NOT_FOUND: Draft = { type: 'raw', status: 404, body: '' };

const slashed = (text: unknown): unknown => (typeof text === 'string' ? text.replace(/\/?$/, '/') : text);

/** The issuer, wherever it stands. */
function withSlash(draft: Draft): Draft {
  if (draft.type === 'callback') {
    const { iss } = draft.parameters as { iss?: string };
    return iss === undefined ? draft : { ...draft, parameters: { ...draft.parameters, iss: iss.replace(/\/?$/, '/') } };
  }
  if (draft.type !== 'json') return draft;
  const { issuer } = draft.members as { issuer?: unknown };
  const members = Object.entries(draft.members).map(([name, value]) =>
    isJwtDraft(value)
      ? [name, { ...value, claims: { ...value.claims, iss: slashed(value.claims['iss']) } }]
      : [name, value],
  );
  return {
    ...draft,
    members: changed(Object.fromEntries(members), issuer === undefined ? {} : { issuer: slashed(issuer) }),
  };
}

/** The well-known address of OpenID Connect, or the other one. */
const isOpenid = ({ path }: Turn): boolean => path.replace(/\/$/, '').endsWith(OPENID);

export const DISCOVERY: Readonly<Record<DiscoveryDeviation, Deviation>> = {
  issuer_with_trailing_slash: {
    does: 'The issuer has a slash at its end, wherever it stands.',
    seen: 'Solid CSS, MCP SDK',
    steps: ['metadata', ...TO_CLIENT, ...TOKENS],
    alter: withSlash,
  },
  only_rfc8414_metadata: {
    does: 'There are only metadata of RFC 8414.',
    seen: 'OpenAuth, workers-oauth-provider, MCP SDK, a Bluesky PDS',
    steps: ['metadata'],
    instead: (turn) => (isOpenid(turn) ? NOT_FOUND : undefined),
  },
  only_openid_metadata: {
    does: 'There are only metadata of OpenID Connect.',
    seen: 'servers of OpenID Connect alone',
    steps: ['metadata'],
    instead: (turn) => (isOpenid(turn) ? undefined : NOT_FOUND),
  },
  no_discovery: {
    does: 'There are no metadata.',
    seen: 'node-oauth2-server',
    steps: ['metadata'],
    instead: () => NOT_FOUND,
  },
  discovery_redirects_to_slash: {
    does: 'The metadata are at an address with a slash at its end, and the right one redirects there.',
    seen: 'django-oauth-toolkit',
    steps: ['metadata'],
    rules: { slashAfterMetadata: true },
    instead: ({ path }) => (path.endsWith('/') ? undefined : { type: 'redirect', status: 301, to: `${path}/` }),
  },
  html_for_unknown_paths: {
    does: 'Unknown paths are answered with a page and 200.',
    seen: 'LemonLDAP::NG',
    steps: ['unknown', 'metadata'],
    alter: (draft) =>
      draft.type === 'raw' && draft.status === 404
        ? { type: 'page', status: 200, html: '<!doctype html><title>Portal</title>' }
        : draft,
  },
  revocation_not_in_metadata: {
    does: 'The metadata name no revocation endpoint.',
    seen: 'LemonLDAP::NG, django-oauth-toolkit, OpenAuth, MCP SDK',
    steps: ['metadata'],
    alter: metadataMembers(() => ({ revocation_endpoint: undefined })),
  },
  revocation_at_token_endpoint: {
    does: 'The revocation endpoint is the token endpoint.',
    seen: 'workers-oauth-provider',
    steps: ['metadata', 'revoke'],
    rules: { revocationAtTokenEndpoint: true },
    alter: (draft, turn) =>
      metadataMembers(({ token_endpoint }) => (token_endpoint ? { revocation_endpoint: token_endpoint } : {}))(
        draft,
        turn,
      ),
  },
  revocation_unauthorized: {
    does: 'The revocation endpoint refuses public clients with 401.',
    seen: 'glewlwyd',
    steps: ['revoke'],
    instead: () => ({ type: 'raw', status: 401, body: '' }),
  },
  revocation_refuses_unknown_tokens: {
    does: 'Revoking a token that the server does not know is an error.',
    seen: 'better-auth',
    steps: ['revoke'],
    rules: { unknownTokensRevocable: false },
  },
};
