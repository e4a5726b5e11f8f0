/** Rows about what a server says of itself: metadata and where it is. RFC 8414; OpenID Connect Discovery 1.0. */
import * as core from '@proofkey/core';
import { ISSUER, jsonResponse, outcomeOf, type Runners } from './rows.ts';

const METADATA = { issuer: ISSUER, authorization_endpoint: `${ISSUER}authorize`, token_endpoint: `${ISSUER}token` };

export const serverRunners: Runners = {
  pkce_metadata: (row) => outcomeOf(core.readServerMetadata(jsonResponse({ ...METADATA, ...row['metadata'] }), ISSUER)),
  discovery: (row) => outcomeOf(core.readServerMetadata(row['response'], row['expected_issuer'])),
  well_known_url: (row) =>
    outcomeOf(core.wellKnownUrls(row['issuer']), (urls) => ({
      openid_configuration: urls.openidConfiguration,
      oauth_authorization_server: urls.oauthAuthorizationServer,
    })),
};
