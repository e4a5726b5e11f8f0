/**
 * What runs inside an engine that has nothing but the language: a login, a refresh, a replay and a logout at the
 * pure server. It sees the bundled server as the global `server` and answers with one JSON text.
 */
import type * as pure from '../../src/authorization-server.ts';

declare const server: typeof pure;

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const REDIRECT_URI = 'com.example.app%3A%2Fcallback';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** @returns `step status` of each request, the misuses, and the names of the claims. As one JSON text. */
export function runInside(endpoints: pure.Endpoints): string {
  const settings: pure.ServerSettings = {
    issuer: 'https://login.test',
    endpoints,
    users: [{ sub: 'ada', claims: { name: 'Ada' } }],
    clients: 'any',
    person: 'automatic',
    lifetimes: { code: 60, accessToken: 600, idToken: 600, refreshToken: 3600, session: 3600 },
    rotation: true,
    grace: 0,
    scopes: 'any',
    audiences: 'any',
  };
  let state = server.createState(settings, [{ kid: 'k', alg: 'RS256', jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }]);
  const send = (method: string, path: string, body = '', headers: Readonly<Record<string, string>> = FORM) => {
    const entropy = Uint8Array.from({ length: server.ENTROPY_LENGTH }, (_, n) => (n * 37 + state.steps * 11) % 256);
    const answered = server.answer(
      state,
      { method, url: settings.issuer + path, headers, body },
      1_800_000_000,
      entropy,
    );
    state = answered.state;
    return answered.response;
  };
  send('GET', '/.well-known/openid-configuration');
  const asked = send(
    'GET',
    `/authorize?response_type=code&client_id=app&redirect_uri=${REDIRECT_URI}&scope=openid+profile+offline_access` +
      `&state=s&nonce=n&code_challenge=${CHALLENGE}&code_challenge_method=S256`,
  );
  const [, code] = /code=([^&]+)/.exec(asked.headers['location'] ?? '') ?? [];
  const exchange = `grant_type=authorization_code&client_id=app&code=${code}&redirect_uri=${REDIRECT_URI}&code_verifier=${VERIFIER}`;
  const tokens = send('POST', '/oauth/token', exchange);
  const { access_token, refresh_token } = JSON.parse(tokens.body);
  send('GET', '/userinfo', '', { authorization: `Bearer ${access_token}` });
  send('POST', '/oauth/token', `grant_type=refresh_token&client_id=app&refresh_token=${refresh_token}`);
  send('POST', '/oauth/token', exchange);
  send('GET', '/userinfo', '', { authorization: `Bearer ${access_token}` });
  send('GET', '/oidc/logout?client_id=app&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2F');
  return JSON.stringify({
    steps: state.log.map(({ step, status }) => `${step} ${status}`),
    misuses: state.misuses.map((one) => one.code),
    claims: Object.keys(tokens.jwts[0]?.claims ?? {}),
  });
}
