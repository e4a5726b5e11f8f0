// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 15000667e047527a79703ebad86a1a803763e9e2a0814dffcd4819fe9ce07c07) by pnpm generate. Do not edit.
export interface paths {
    readonly "/authorize": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Ask the person for a code
         * @description RFC 6749, section 4.1.1, with RFC 7636 (PKCE), RFC 8707 (resource) and OpenID Connect Core, section 3.1.2.1. This is a navigation of the user agent, not a fetch. The answer comes back on the redirect URI: as `AuthorizationResponse` if the person agreed, as `AuthorizationErrorResponse` if not.
         */
        readonly get: operations["authorize"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/oauth/token": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Turn a code, a refresh token or a device code into tokens
         * @description RFC 6749, sections 4.1.3 and 6; RFC 8628, section 3.4. One body schema per grant and no discriminator, because a server may offer two forms of one grant. A code is good for one request.
         */
        readonly post: operations["requestTokens"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/userinfo": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Claims about the person
         * @description OpenID Connect Core, section 5.3. The access token must have been issued for `openid`. The `sub` of the answer has to equal the one of the ID Token.
         */
        readonly get: operations["getUserInfo"];
        readonly put?: never;
        /**
         * Claims about the person, asked for with POST
         * @description OpenID Connect Core, section 5.3.1, wants both methods. Some servers have only GET.
         */
        readonly post: operations["postUserInfo"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/oauth/revoke": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make a token useless
         * @description RFC 7009. An unknown token is not an error. Some servers revoke the whole grant with it.
         */
        readonly post: operations["revoke"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/oidc/logout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * End the session at the server
         * @description OpenID Connect RP-Initiated Logout 1.0. A navigation of the user agent. Without a hint the server asks first.
         */
        readonly get: operations["logout"];
        readonly put?: never;
        /**
         * End the session at the server, with the parameters in the body
         * @description The same as GET; keeps the ID Token out of logs and histories.
         */
        readonly post: operations["postLogout"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/.well-known/openid-configuration": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The server's metadata, OpenID Connect form
         * @description OpenID Connect Discovery 1.0, section 4. The path is appended to the issuer.
         */
        readonly get: operations["getOpenIdConfiguration"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/.well-known/oauth-authorization-server": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The server's metadata, OAuth form
         * @description RFC 8414. The path is inserted between host and path of the issuer.
         */
        readonly get: operations["getAuthorizationServerMetadata"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/.well-known/jwks.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The keys that sign ID Tokens
         * @description RFC 7517, section 5. Several keys while one replaces another. `jwks_uri` says where it really is.
         */
        readonly get: operations["getKeySet"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v2/logout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * End the session at the server, the older way
         * @description For servers that have no `end_session_endpoint`. A navigation of the user agent.
         */
        readonly get: operations["logoutV2"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The token request for a code. RFC 6749, section 4.1.3; RFC 7636, section 4.5. */
        readonly CodeExchange: {
            /** @constant */
            readonly grant_type: "authorization_code";
            readonly client_id: string;
            /** @description From the callback. Good for one request. */
            readonly code: string;
            /**
             * @description What the code challenge was made from. RFC 7636, section 4.1.
             * @example dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
             */
            readonly code_verifier: string;
            /** @description Exactly the one of the authorization request, if that had one. */
            readonly redirect_uri?: string;
            readonly resource?: components["schemas"]["ResourceIndicator"];
            /** @description Only for a client that can keep one. */
            readonly client_secret?: string;
            /** @description RFC 7521, section 4.2. */
            readonly client_assertion_type?: string;
            /** @description RFC 7523: a signed statement instead of a secret. */
            readonly client_assertion?: string;
        };
        /** @description The token request for a refresh token. RFC 6749, section 6. */
        readonly Refresh: {
            /** @constant */
            readonly grant_type: "refresh_token";
            readonly client_id: string;
            readonly refresh_token: string;
            /** @description The same as granted, or less. Left out: as granted. */
            readonly scope?: string;
            readonly resource?: components["schemas"]["ResourceIndicator"];
            /** @description Only for a client that can keep one. */
            readonly client_secret?: string;
            /** @description RFC 7521, section 4.2. */
            readonly client_assertion_type?: string;
            /** @description RFC 7523: a signed statement instead of a secret. */
            readonly client_assertion?: string;
            /** @description Another API that this refresh token may serve (multi-resource refresh tokens). */
            readonly audience?: string;
        };
        /** @description Asks whether the person has agreed on another device. RFC 8628, section 3.4. */
        readonly DeviceCodePoll: {
            /** @constant */
            readonly grant_type: "urn:ietf:params:oauth:grant-type:device_code";
            readonly client_id: string;
            readonly device_code: string;
            /** @description Only for a client that can keep one. */
            readonly client_secret?: string;
            /** @description RFC 7521, section 4.2. */
            readonly client_assertion_type?: string;
            /** @description RFC 7523: a signed statement instead of a secret. */
            readonly client_assertion?: string;
        };
        /** @description Where the access token will be used. RFC 8707, section 2.2; may be repeated. */
        readonly ResourceIndicator: string | readonly string[];
        /** @description The revocation request. RFC 7009, section 2.1. */
        readonly Revocation: {
            readonly client_id: string;
            readonly token: string;
            /** @description `refresh_token` or `access_token`. The server may ignore it. */
            readonly token_type_hint?: string;
            /** @description Only for a client that can keep one. */
            readonly client_secret?: string;
            /** @description RFC 7521, section 4.2. */
            readonly client_assertion_type?: string;
            /** @description RFC 7523: a signed statement instead of a secret. */
            readonly client_assertion?: string;
        };
        /** @description The logout request. OpenID Connect RP-Initiated Logout 1.0, section 2. */
        readonly LogoutRequest: {
            /** @description The ID Token of the session that ends. */
            readonly id_token_hint?: string;
            /** @description Who is leaving. */
            readonly logout_hint?: string;
            /** @description Needed if there is no ID Token to name the client. */
            readonly client_id?: string;
            /** @description Where to go afterwards. Has to be registered. */
            readonly post_logout_redirect_uri?: string;
            /** @description Comes back on that URI. */
            readonly state?: string;
            /** @description Languages for the pages, best first, separated by spaces. */
            readonly ui_locales?: string;
            /** @description `true` also ends the session at the identity provider. */
            readonly federated?: string;
        };
        /**
         * @description What the redirect URI receives if the person agreed. RFC 6749, section 4.1.2; RFC 9207.
         * @example {
         *       "code": "SplxlOBeZQQYbYS6WxSbIA",
         *       "state": "xyzABC123",
         *       "iss": "https://id.example/"
         *     }
         */
        readonly AuthorizationResponse: {
            readonly code: components["schemas"]["PrintableText"];
            /** @description Has to equal the one that was sent. */
            readonly state: string;
            /** @description The issuer that answers. Has to equal the one that was asked. */
            readonly iss?: string;
        };
        /**
         * @description What the redirect URI receives if there is no code. RFC 6749, section 4.1.2.1; RFC 9207.
         * @example {
         *       "error": "access_denied",
         *       "state": "xyzABC123"
         *     }
         * @example {
         *       "error": "invalid_target",
         *       "state": "xyzABC123"
         *     }
         * @example {
         *       "error": "unauthorized_client",
         *       "state": "xyzABC123"
         *     }
         */
        readonly AuthorizationErrorResponse: {
            readonly error: components["schemas"]["ErrorCode"];
            /** @description Has to equal the one that was sent. */
            readonly state: string;
            /** @description The issuer that answers. Has to equal the one that was asked. */
            readonly iss?: string;
            /** @description For developers. Never show it unescaped. */
            readonly error_description?: string;
            /** @description A page about the error. Do not follow it. */
            readonly error_uri?: string;
        };
        /** @description Printable ASCII characters, at least one. VSCHAR of RFC 6749, appendix A. */
        readonly PrintableText: string;
        /**
         * @description Printable ASCII characters without a space, at least one.
         * @example Bearer
         */
        readonly TokenText: string;
        /**
         * @description Printable ASCII characters but quote and backslash, at least one. NQSCHAR of RFC 6749, appendix A.
         * @example access_denied
         * @example invalid_grant
         * @example invalid_target
         * @example unauthorized_client
         */
        readonly ErrorCode: string;
        /** @description The tokens. RFC 6749, section 5.1; OpenID Connect Core, section 3.1.3.3. */
        readonly TokenResponse: {
            readonly access_token: components["schemas"]["TokenText"];
            /** @description `Bearer` or `DPoP`, in any case of letters. */
            readonly token_type: components["schemas"]["TokenText"];
            /**
             * @description Seconds from now. Some servers send a string. Absent means unknown, not for ever.
             * @example 86400
             */
            readonly expires_in?: number | string;
            readonly refresh_token?: components["schemas"]["PrintableText"];
            /** @description What was granted, if it differs from what was asked. Some servers send an empty text. */
            readonly scope?: string;
            /** @description A JWT with `IdTokenClaims`. */
            readonly id_token?: components["schemas"]["TokenText"];
        } & {
            readonly [key: string]: unknown;
        };
        /** @description What went wrong. RFC 6749, section 5.2. Servers add members of their own. */
        readonly ErrorResponse: {
            readonly error: components["schemas"]["ErrorCode"];
            /** @description For developers. Never show it unescaped. */
            readonly error_description?: string;
            /** @description A page about the error. Do not follow it. */
            readonly error_uri?: string;
        } & {
            readonly [key: string]: unknown;
        };
        /** @description The payload of an ID Token. OpenID Connect Core, section 2. Shape only; nothing here is verified. */
        readonly IdTokenClaims: ({
            /** @description Who issued it. */
            readonly iss: string;
            readonly sub: components["schemas"]["Subject"];
            /** @description For whom. Has to contain the client's id. */
            readonly aud: string | readonly string[];
            readonly exp: components["schemas"]["NumericDate"];
            readonly iat: components["schemas"]["NumericDate"];
            readonly nbf?: components["schemas"]["NumericDate"];
            readonly auth_time?: components["schemas"]["NumericDate"];
            /** @description Has to equal the one that was sent. */
            readonly nonce?: string;
            /** @description The client it was issued to. */
            readonly azp?: string;
            /** @description The authentication context class that was met. */
            readonly acr?: string;
            /** @description How the person was authenticated. */
            readonly amr?: readonly string[];
            /** @description The left half of a digest of the access token. */
            readonly at_hash?: string;
            /** @description The session at the server. */
            readonly sid?: string;
            /** @description The organization that the person logged in to. */
            readonly org_id?: string;
            /** @description Its name, if the server is set to send it. */
            readonly org_name?: string;
        } & {
            readonly [key: string]: unknown;
        }) & components["schemas"]["ProfileClaims"];
        /** @description Claims about the person. OpenID Connect Core, section 5.3.2. */
        readonly UserInfo: ({
            readonly sub: components["schemas"]["Subject"];
        } & {
            readonly [key: string]: unknown;
        }) & components["schemas"]["ProfileClaims"];
        /**
         * @description Who the person is, for this issuer. Never reassigned. At most 255 ASCII characters.
         * @example 248289761001
         */
        readonly Subject: string;
        /**
         * @description Seconds since 1970-01-01T00:00:00Z. RFC 7519, section 2.
         * @example 1795262400
         */
        readonly NumericDate: number;
        /** @description The standard claims about a person. OpenID Connect Core, section 5.1. */
        readonly ProfileClaims: {
            /** @description The whole name, as it is to be shown. */
            readonly name?: string;
            /** @description One or more given names. */
            readonly given_name?: string;
            /** @description One or more family names. */
            readonly family_name?: string;
            /** @description One or more middle names. */
            readonly middle_name?: string;
            /** @description What the person is called casually. */
            readonly nickname?: string;
            /** @description For display. Not unique. */
            readonly preferred_username?: string;
            /** @description The address of a page about the person. */
            readonly profile?: string;
            /** @description The address of a picture of the person. */
            readonly picture?: string;
            /** @description The address of the person's own page. */
            readonly website?: string;
            /** @description Not an identifier. It may change hands. */
            readonly email?: string;
            /** @description Whether the server made sure that the address was theirs. */
            readonly email_verified?: boolean;
            /** @description Free text; `female` and `male` are defined. */
            readonly gender?: string;
            /** @description `YYYY-MM-DD`, or only `YYYY`; the year `0000` means that it was left out. */
            readonly birthdate?: string;
            /** @description A time zone of the IANA database. */
            readonly zoneinfo?: string;
            /** @description A language tag, RFC 5646. */
            readonly locale?: string;
            /** @description Best in the form of E.164, with a plus sign. */
            readonly phone_number?: string;
            /** @description Whether the server made sure that the number was theirs. */
            readonly phone_number_verified?: boolean;
            /** @description The postal address, in parts. OpenID Connect Core, section 5.1.1. */
            readonly address?: {
                readonly [key: string]: unknown;
            };
            /** @description A NumericDate; some servers send a date and time as text. */
            readonly updated_at?: number | string;
        };
        /** @description What the server says about itself. RFC 8414, section 2; OpenID Connect Discovery 1.0, section 3. */
        readonly ServerMetadata: {
            /** @description The name of the server, an https URL. Has to equal the one that was asked. */
            readonly issuer: string;
            /** @description Where the user agent is sent for a code. */
            readonly authorization_endpoint: string;
            /** @description Where a grant becomes tokens. */
            readonly token_endpoint: string;
            /** @description Where claims are read with an access token. */
            readonly userinfo_endpoint?: string;
            /** @description Where the keys are that sign ID Tokens. */
            readonly jwks_uri?: string;
            /** @description Where a token is made useless. RFC 7009. */
            readonly revocation_endpoint?: string;
            /** @description Where the user agent is sent to log out. */
            readonly end_session_endpoint?: string;
            /** @description Where a device without a browser begins. RFC 8628. */
            readonly device_authorization_endpoint?: string;
            /** @description Where an authorization request is left beforehand. RFC 9126. */
            readonly pushed_authorization_request_endpoint?: string;
            /** @description PKCE methods. Absent says nothing; without `S256` no login is possible. */
            readonly code_challenge_methods_supported?: readonly string[];
            /** @description Algorithms that may sign an ID Token. */
            readonly id_token_signing_alg_values_supported?: readonly string[];
            /** @description Some of the scopes that may be asked for. */
            readonly scopes_supported?: readonly string[];
            /** @description How an authorization response may travel. */
            readonly response_modes_supported?: readonly string[];
            /** @description What the token endpoint takes. */
            readonly grant_types_supported?: readonly string[];
            /** @description Whether every authorization response has `iss`. RFC 9207. */
            readonly authorization_response_iss_parameter_supported?: boolean;
            /** @description Whether only pushed authorization requests are taken. RFC 9126. */
            readonly require_pushed_authorization_requests?: boolean;
        };
        /** @description Keys. RFC 7517, section 5. Read each with `JsonWebKey`; one unknown key must not spoil the set. */
        readonly JsonWebKeySet: {
            /** @description The keys, in no order that means anything. */
            readonly keys: readonly unknown[];
        };
        /** @description One public key. RFC 7517, section 4; RFC 7518, section 6. */
        readonly JsonWebKey: {
            /**
             * @description The family of the key.
             * @example RSA
             */
            readonly kty: string;
            /**
             * @description What the key is for, `sig` or `enc`.
             * @example sig
             */
            readonly use?: string;
            /** @description What the key may be used for, in detail. */
            readonly key_ops?: readonly string[];
            /**
             * @description The one algorithm that the key is for.
             * @example RS256
             */
            readonly alg?: string;
            /** @description The name of the key within its set. */
            readonly kid?: string;
            /** @description RSA: the modulus, base64url. */
            readonly n?: string;
            /** @description RSA: the public exponent, base64url. */
            readonly e?: string;
            /** @description EC and OKP: the curve. */
            readonly crv?: string;
            /** @description EC and OKP: the x coordinate or the public key, base64url. */
            readonly x?: string;
            /** @description EC: the y coordinate, base64url. */
            readonly y?: string;
        };
    };
    responses: {
        /** @description The request is wrong: `invalid_request`, `invalid_grant` (used, expired, not yours), `invalid_scope`, `invalid_target` (RFC 8707), `unauthorized_client`, `unsupported_grant_type`, `use_dpop_nonce`. For a device (RFC 8628, section 3.5), `authorization_pending` and `slow_down` mean wait; `expired_token` and `access_denied` mean that no token will come. */
        readonly BadRequest: {
            headers: {
                readonly "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                readonly "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Nothing was revoked: `invalid_request`, `unauthorized_client`, or `unsupported_token_type` if the server does not revoke tokens of this kind. RFC 7009, section 2.2.1. */
        readonly RevocationRefused: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "unsupported_token_type"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The client is unknown or did not prove who it is (`invalid_client`), or more proof is wanted. */
        readonly InvalidClient: {
            headers: {
                readonly "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "invalid_client"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Refused. Some servers say `invalid_grant`, `access_denied` or `unauthorized_client` with this status. */
        readonly Forbidden: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "unauthorized_client"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The access token is missing, wrong or expired (`invalid_token`). */
        readonly InvalidToken: {
            headers: {
                readonly "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                readonly "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "invalid_token"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The access token does not allow this (`insufficient_scope`). */
        readonly InsufficientScope: {
            headers: {
                readonly "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "insufficient_scope"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Wait before asking again. */
        readonly TooManyRequests: {
            headers: {
                readonly "Retry-After": components["headers"]["Retry-After"];
                readonly "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                readonly "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                readonly "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "too_many_requests"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The server cannot answer now. RFC 7009, section 2.2.1, and RFC 9110, section 15.6.4. */
        readonly Unavailable: {
            headers: {
                readonly "Retry-After": components["headers"]["Retry-After"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "temporarily_unavailable"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /**
         * @description Where the user agent goes next.
         * @example com.example.app:/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=xyzABC123
         */
        readonly Location: string;
        /**
         * @description Challenges, RFC 9110, section 11.6.1. Often malformed, sometimes absent; the body says more.
         * @example Bearer error="invalid_token"
         */
        readonly "WWW-Authenticate": string;
        /** @description The value that the next proof has to contain. RFC 9449, section 8. */
        readonly "DPoP-Nonce": string;
        /**
         * @description Seconds to wait, or a date. RFC 9110, section 10.2.3.
         * @example 30
         */
        readonly "Retry-After": string;
        /**
         * @description Requests that one window allows.
         * @example 10
         */
        readonly "X-RateLimit-Limit": number;
        /**
         * @description Requests left in this window.
         * @example 7
         */
        readonly "X-RateLimit-Remaining": number;
        /**
         * @description When the window ends, in seconds since 1970.
         * @example 1795262400
         */
        readonly "X-RateLimit-Reset": number;
    };
    pathItems: never;
}
export type CodeExchange = components['schemas']['CodeExchange'];
export type Refresh = components['schemas']['Refresh'];
export type DeviceCodePoll = components['schemas']['DeviceCodePoll'];
export type ResourceIndicator = components['schemas']['ResourceIndicator'];
export type Revocation = components['schemas']['Revocation'];
export type LogoutRequest = components['schemas']['LogoutRequest'];
export type AuthorizationResponse = components['schemas']['AuthorizationResponse'];
export type AuthorizationErrorResponse = components['schemas']['AuthorizationErrorResponse'];
export type PrintableText = components['schemas']['PrintableText'];
export type TokenText = components['schemas']['TokenText'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type TokenResponse = components['schemas']['TokenResponse'];
export type ErrorResponse = components['schemas']['ErrorResponse'];
export type IdTokenClaims = components['schemas']['IdTokenClaims'];
export type UserInfo = components['schemas']['UserInfo'];
export type Subject = components['schemas']['Subject'];
export type NumericDate = components['schemas']['NumericDate'];
export type ProfileClaims = components['schemas']['ProfileClaims'];
export type ServerMetadata = components['schemas']['ServerMetadata'];
export type JsonWebKeySet = components['schemas']['JsonWebKeySet'];
export type JsonWebKey = components['schemas']['JsonWebKey'];
export type ResponseBadRequest = components['responses']['BadRequest'];
export type ResponseRevocationRefused = components['responses']['RevocationRefused'];
export type ResponseInvalidClient = components['responses']['InvalidClient'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseInvalidToken = components['responses']['InvalidToken'];
export type ResponseInsufficientScope = components['responses']['InsufficientScope'];
export type ResponseTooManyRequests = components['responses']['TooManyRequests'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type HeaderLocation = components['headers']['Location'];
export type HeaderWwwAuthenticate = components['headers']['WWW-Authenticate'];
export type HeaderDPoPNonce = components['headers']['DPoP-Nonce'];
export type HeaderRetryAfter = components['headers']['Retry-After'];
export type HeaderXRateLimitLimit = components['headers']['X-RateLimit-Limit'];
export type HeaderXRateLimitRemaining = components['headers']['X-RateLimit-Remaining'];
export type HeaderXRateLimitReset = components['headers']['X-RateLimit-Reset'];
export type $defs = Record<string, never>;
export interface operations {
    readonly authorize: {
        readonly parameters: {
            readonly query: {
                /** @description Asks for an authorization code. No other flow is described here. */
                readonly response_type: "code";
                /**
                 * @description The name under which the server knows this client.
                 * @example s6BhdRkqt3
                 */
                readonly client_id: string;
                /**
                 * @description Where the answer goes. Optional in RFC 6749 if only one is registered; send it always, because the token request has to repeat it exactly. A private-use scheme is allowed.
                 * @example com.example.app:/callback
                 */
                readonly redirect_uri?: string;
                /**
                 * @description Names separated by spaces. `openid` asks for an ID Token, `offline_access` for a refresh token.
                 * @example openid profile offline_access
                 */
                readonly scope?: string;
                /**
                 * @description An unguessable value that comes back unchanged. Binds the answer to this request.
                 * @example xyzABC123
                 */
                readonly state?: string;
                /**
                 * @description BASE64URL(SHA-256(code_verifier)), RFC 7636, section 4.2.
                 * @example E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
                 */
                readonly code_challenge: string;
                /** @description Left out, it would mean `plain`, which protects nothing here. */
                readonly code_challenge_method: "S256";
                /**
                 * @description Comes back inside the ID Token and binds it to this request.
                 * @example abc123nonce
                 */
                readonly nonce?: string;
                /**
                 * @description How the answer travels. `query` is the default for a code.
                 * @example query
                 */
                readonly response_mode?: string;
                /**
                 * @description Any of `none`, `login`, `consent`, `select_account` and `create` (Initiating User Registration via OpenID Connect 1.0), separated by spaces; `none` stands alone.
                 * @example select_account
                 */
                readonly prompt?: string;
                /**
                 * @description Seconds since the last active login. 0 asks for a login now, so it must not be dropped.
                 * @example 3600
                 */
                readonly max_age?: number;
                /**
                 * @description How to show the login page, `page`, `popup`, `touch` or `wap`.
                 * @example page
                 */
                readonly display?: string;
                /**
                 * @description Languages for the pages, best first, separated by spaces.
                 * @example en es
                 */
                readonly ui_locales?: string;
                /**
                 * @description Languages for the claims, best first, separated by spaces.
                 * @example en
                 */
                readonly claims_locales?: string;
                /**
                 * @description Who is likely to log in.
                 * @example jane@example.com
                 */
                readonly login_hint?: string;
                /** @description An ID Token issued earlier, to say whose session is meant. */
                readonly id_token_hint?: string;
                /**
                 * @description Wanted authentication context classes, best first, separated by spaces.
                 * @example http://schemas.openid.net/pape/policies/2007/06/multi-factor
                 */
                readonly acr_values?: string;
                /**
                 * @description A JSON text that asks for single claims. OpenID Connect Core, section 5.5.
                 * @example {"id_token":{"auth_time":{"essential":true}}}
                 */
                readonly claims?: string;
                /**
                 * @description Where the access token will be used. RFC 8707; may be repeated.
                 * @example https://api.example.com
                 */
                readonly resource?: string | readonly string[];
                /**
                 * @description SHA-256 thumbprint of the key that will prove possession. RFC 9449, section 10.
                 * @example NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs
                 */
                readonly dpop_jkt?: string;
                /**
                 * @description The API that the access token is for.
                 * @example https://api.example.com
                 */
                readonly audience?: string;
                /**
                 * @description Goes straight to one identity provider.
                 * @example github
                 */
                readonly connection?: string;
                /**
                 * @description The organization to log in to, by id or name.
                 * @example org_abc123
                 */
                readonly organization?: string;
                /** @description The ticket of an invitation to that organization. */
                readonly invitation?: string;
                /**
                 * @description Which page comes first, for example `signup`.
                 * @example signup
                 */
                readonly screen_hint?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Back to the redirect URI, with `AuthorizationResponse` or `AuthorizationErrorResponse` in its query (or in its fragment). Or on to a login page of the server. */
            readonly 302: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The client or its redirect URI is unknown, so the server shows the error itself. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            readonly 429: components["responses"]["TooManyRequests"];
        };
    };
    readonly requestTokens: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description A proof of possession for this request. RFC 9449, section 4. */
                readonly DPoP?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["CodeExchange"] | components["schemas"]["Refresh"] | components["schemas"]["DeviceCodePoll"];
            };
        };
        readonly responses: {
            /** @description The tokens. RFC 6749, section 5.1. */
            readonly 200: {
                headers: {
                    /**
                     * @description Tokens must not be cached.
                     * @example no-store
                     */
                    readonly "Cache-Control"?: string;
                    readonly "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "2YotnFZFEjr1zCsicMWpAA",
                     *       "token_type": "Bearer",
                     *       "expires_in": 86400,
                     *       "refresh_token": "GEbRxBN-edjnXbL",
                     *       "id_token": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2ln",
                     *       "scope": "openid profile offline_access"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["TokenResponse"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["InvalidClient"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["TooManyRequests"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getUserInfo: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description A proof of possession that also covers the access token. RFC 9449, section 4. */
                readonly DPoP?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The claims that the granted scope allows. */
            readonly 200: {
                headers: {
                    readonly "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sub": "248289761001",
                     *       "name": "Jane Doe",
                     *       "email": "jane.doe@example.com",
                     *       "email_verified": true,
                     *       "updated_at": 1700058600
                     *     }
                     */
                    readonly "application/json": components["schemas"]["UserInfo"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["InvalidToken"];
            readonly 403: components["responses"]["InsufficientScope"];
            readonly 429: components["responses"]["TooManyRequests"];
        };
    };
    readonly postUserInfo: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description A proof of possession that also covers the access token. RFC 9449, section 4. */
                readonly DPoP?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The claims that the granted scope allows. */
            readonly 200: {
                headers: {
                    readonly "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sub": "248289761001",
                     *       "name": "Jane Doe",
                     *       "email": "jane.doe@example.com",
                     *       "email_verified": true,
                     *       "updated_at": 1700058600
                     *     }
                     */
                    readonly "application/json": components["schemas"]["UserInfo"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            readonly 401: components["responses"]["InvalidToken"];
            readonly 403: components["responses"]["InsufficientScope"];
            readonly 429: components["responses"]["TooManyRequests"];
        };
    };
    readonly revoke: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "client_id": "s6BhdRkqt3",
                 *       "token": "GEbRxBN-edjnXbL",
                 *       "token_type_hint": "refresh_token"
                 *     }
                 */
                readonly "application/x-www-form-urlencoded": components["schemas"]["Revocation"];
            };
        };
        readonly responses: {
            /** @description The token is of no use any more, or never was. The body means nothing. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["RevocationRefused"];
            readonly 401: components["responses"]["InvalidClient"];
            readonly 429: components["responses"]["TooManyRequests"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly logout: {
        readonly parameters: {
            readonly query?: {
                /** @description The ID Token of the session that ends. */
                readonly id_token_hint?: string;
                /** @description Who is leaving. Some servers take the `sid` of the ID Token here. */
                readonly logout_hint?: string;
                /**
                 * @description Needed if there is no ID Token to name the client.
                 * @example s6BhdRkqt3
                 */
                readonly client_id?: string;
                /**
                 * @description Where to go afterwards. Has to be registered.
                 * @example https://app.example.com/goodbye
                 */
                readonly post_logout_redirect_uri?: string;
                /**
                 * @description Comes back on that URI.
                 * @example af0ifjsldkj
                 */
                readonly state?: string;
                /**
                 * @description Languages for the pages, best first, separated by spaces.
                 * @example en es
                 */
                readonly ui_locales?: string;
                /** @description Present, it also ends the session at the identity provider behind this server. */
                readonly federated?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description To `post_logout_redirect_uri`, with `state` if there was one, or to a page that asks. */
            readonly 302: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong, so the server shows the error itself. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
        };
    };
    readonly postLogout: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "id_token_hint": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2ln",
                 *       "client_id": "s6BhdRkqt3",
                 *       "post_logout_redirect_uri": "https://app.example.com/goodbye",
                 *       "state": "af0ifjsldkj"
                 *     }
                 */
                readonly "application/x-www-form-urlencoded": components["schemas"]["LogoutRequest"];
            };
        };
        readonly responses: {
            /** @description To `post_logout_redirect_uri`, with `state` if there was one, or to a page that asks. */
            readonly 302: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is wrong, so the server shows the error itself. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
        };
    };
    readonly getOpenIdConfiguration: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Where the endpoints are and what they can do. `issuer` must equal the issuer that was asked. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "https://id.example/",
                     *       "authorization_endpoint": "https://id.example/authorize",
                     *       "token_endpoint": "https://id.example/oauth/token",
                     *       "jwks_uri": "https://id.example/.well-known/jwks.json",
                     *       "code_challenge_methods_supported": [
                     *         "S256"
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ServerMetadata"];
                };
            };
            /** @description There is no metadata in this form; the other form may exist. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 429: components["responses"]["TooManyRequests"];
        };
    };
    readonly getAuthorizationServerMetadata: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Where the endpoints are and what they can do. `issuer` must equal the issuer that was asked. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "https://id.example/",
                     *       "authorization_endpoint": "https://id.example/authorize",
                     *       "token_endpoint": "https://id.example/oauth/token",
                     *       "jwks_uri": "https://id.example/.well-known/jwks.json",
                     *       "code_challenge_methods_supported": [
                     *         "S256"
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ServerMetadata"];
                };
            };
            /** @description There is no metadata in this form; the other form may exist. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 429: components["responses"]["TooManyRequests"];
        };
    };
    readonly getKeySet: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The keys. Cache them for some minutes; ask again once if a key is unknown. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "RSA",
                     *           "use": "sig",
                     *           "alg": "RS256",
                     *           "kid": "2026-11",
                     *           "n": "vvFzX-kdEmdHrOWe",
                     *           "e": "AQAB"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["JsonWebKeySet"];
                };
            };
            /** @description There is no key set at this address. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 429: components["responses"]["TooManyRequests"];
        };
    };
    readonly logoutV2: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description With it, `returnTo` is looked up at the client, without it at the whole account.
                 * @example s6BhdRkqt3
                 */
                readonly client_id?: string;
                /**
                 * @description Where to go afterwards. Has to be registered.
                 * @example https://app.example.com/goodbye
                 */
                readonly returnTo?: string;
                /** @description Present, it also ends the session at the identity provider behind this server. */
                readonly federated?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description To `returnTo`, or to the first registered address. */
            readonly 302: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `returnTo` is not registered, so the server shows the error itself. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
        };
    };
}
