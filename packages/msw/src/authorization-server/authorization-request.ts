/** Authorization request -> whether it is sound; then the person decides. RFC 6749, section 4.1.1; OIDC Core, 3.1.2.2. */
import { continueLogin, errorCallback } from './authorization.ts';
import { sessionOf } from './cookies.ts';
import { subjectOf } from './jwt.ts';
import { type Misuse, type MisuseCode, type MisuseFacts, misuseOf } from './misuse.ts';
import { errorPage } from './pages.ts';
import { listOf, type Parameters, parameterOf, repeatedIn } from './parameters.ts';
import { isRegistered, isSoundRedirectUri } from './redirect-uri.ts';
import { clientOf } from './settings.ts';
import type { ServerState, SoundRequest } from './state.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';

/** What is wrong with a request that a redirect can still tell the client. */
type Wrong = { readonly error: string; readonly description: string; readonly misuse?: MisuseCode };

export function authorize(turn: Turn): Reply {
  const parameters = turn.method === 'POST' ? turn.form : turn.query;
  const { state, step } = turn;
  const client = clientOf(state.settings, parameterOf(parameters, 'client_id'));
  if (client === undefined) return refusedOnAPage('invalid_client', 'No client has this client_id.');
  const redirectUri = parameterOf(parameters, 'redirect_uri') ?? onlyOne(client.redirectUris);
  if (redirectUri === undefined) return refusedOnAPage('invalid_request', 'The redirect_uri is missing.');
  if (!isSoundRedirectUri(redirectUri))
    return refusedOnAPage('invalid_request', 'This redirect_uri can not be used.', 'redirect_uri_unsound', step);
  if (!isRegistered(redirectUri, client.redirectUris, turn.rules.loopbackPortFree))
    return refusedOnAPage(
      'invalid_request',
      'This redirect_uri is not registered.',
      'redirect_uri_not_registered',
      step,
    );

  const login = state.logins + 1;
  const request = soundRequest(turn, parameters, login, redirectUri);
  const { metadataTrap, ...trapless } = state;
  const misuses = [...believed(turn, metadataTrap), ...carelessness(turn, request, parameters)];
  const begun: ServerState = { ...trapless, logins: login };
  const told = (wrong: Wrong): Reply => {
    const own = wrong.misuse === undefined ? [] : [misuseOf(wrong.misuse, factsOf(turn, parameters))];
    return {
      draft: errorCallback(turn, request, wrong.error, wrong.description),
      state: begun,
      login,
      misuses: [...own, ...misuses],
    };
  };
  const wrong = wrongIn(turn, parameters, request);
  if (wrong !== undefined) return told(wrong);
  const reply = continueLogin({ ...turn, state: begun }, request, sessionOf(turn));
  return { ...reply, login, misuses: [...misuses, ...(reply.misuses ?? [])] };
}

const onlyOne = (list: readonly string[] | undefined): string | undefined => (list?.length === 1 ? list[0] : undefined);

/** Who shows an error on a page never redirects: the redirect URI may be an attacker's. RFC 6749, section 4.1.2.1. */
function refusedOnAPage(error: string, sentence: string, misuse?: MisuseCode, step = 0): Reply {
  const draft = { type: 'page', status: 400, html: errorPage(error, sentence) } as const;
  return { draft, ...(misuse && { misuses: [misuseOf(misuse, { step })] }) };
}

function soundRequest(turn: Turn, parameters: Parameters, login: number, redirectUri: string): SoundRequest {
  const text = (name: string): string | undefined => parameterOf(parameters, name);
  const mode = text('response_mode');
  const [acr] = listOf(text('acr_values'));
  const optional = {
    audience: text('audience') ?? text('resource'),
    state: text('state'),
    nonce: text('nonce'),
    codeChallenge: text('code_challenge'),
    codeChallengeMethod: text('code_challenge_method'),
    maxAge: text('max_age') === undefined ? undefined : Number(text('max_age')),
    loginHint: text('login_hint'),
    subHint: subjectOf(text('id_token_hint')),
    acr,
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    login,
    step: turn.step,
    clientId: text('client_id') ?? '',
    redirectUri,
    redirectUriSent: text('redirect_uri') !== undefined,
    responseMode: mode !== undefined && turn.rules.responseModes.includes(mode) ? mode : 'query',
    scope: listOf(text('scope')),
    prompt: listOf(text('prompt')),
    ...(given as Partial<SoundRequest>),
  };
}

const factsOf = (turn: Turn, parameters: Parameters): MisuseFacts => {
  const name = repeatedIn(parameters);
  return { step: turn.step, ...(name !== undefined && { name }) };
};

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const MODES = ['query', 'fragment', 'form_post'];

/** The first thing that is wrong with a request, in the order in which servers look. */
function wrongIn(turn: Turn, parameters: Parameters, request: SoundRequest): Wrong | undefined {
  const text = (name: string): string | undefined => parameterOf(parameters, name);
  const invalid = (description: string, misuse?: MisuseCode): Wrong => ({
    error: 'invalid_request',
    description,
    ...(misuse && { misuse }),
  });
  const repeated = repeatedIn(parameters);
  if (repeated !== undefined) return invalid(`${repeated} is there more than once`, 'parameter_repeated');
  if (text('request') !== undefined) return { error: 'request_not_supported', description: 'request objects are not' };
  if (text('request_uri') !== undefined)
    return { error: 'request_uri_not_supported', description: 'request objects are not' };
  const type = text('response_type');
  if (type === undefined) return invalid('response_type is missing');
  if (type !== 'code') return { error: 'unsupported_response_type', description: 'only code is' };
  const mode = text('response_mode');
  if (mode !== undefined && !MODES.includes(mode)) return invalid('response_mode is unknown');
  const pkce = wrongPkce(turn, request, invalid);
  if (pkce !== undefined) return pkce;
  const { prompt, maxAge, nonce, scope, audience } = request;
  if (prompt.includes('none') && prompt.length > 1) return invalid('prompt=none stands alone');
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0)) return invalid('max_age is no number');
  if (turn.rules.nonceRequired && scope.includes('openid') && nonce === undefined) return invalid('nonce is missing');
  const { audiences } = turn.state.settings;
  if (audience !== undefined && audiences !== 'any' && !audiences.includes(audience))
    return { error: 'invalid_target', description: 'no API has this name' };
  return undefined;
}

function wrongPkce(
  { rules }: Turn,
  { codeChallenge, codeChallengeMethod }: SoundRequest,
  invalid: (description: string, misuse: MisuseCode) => Wrong,
): Wrong | undefined {
  if (codeChallenge === undefined)
    return rules.pkceRequired ? invalid('code_challenge is missing', 'pkce_missing') : undefined;
  if (codeChallengeMethod !== 'S256')
    return rules.plainAccepted ? undefined : invalid('code_challenge_method has to be S256', 'pkce_plain');
  return CHALLENGE.test(codeChallenge)
    ? undefined
    : invalid('code_challenge is no S256 challenge', 'code_challenge_malformed');
}

/** What a server lets pass, though a client must not do it. */
function carelessness({ state, step }: Turn, request: SoundRequest, parameters: Parameters): readonly Misuse[] {
  const found: Misuse[] = [];
  const earlier = (same: (one: SoundRequest) => boolean): number | undefined =>
    [...state.authorizations, ...state.interactions].find((one) => same(one.request))?.request.step;
  const again = (code: MisuseCode, name: 'state' | 'nonce' | 'codeChallenge'): void => {
    const value = request[name];
    const before = value === undefined ? undefined : earlier((one) => one[name] === value);
    if (before !== undefined) found.push(misuseOf(code, { step, earlier: before }));
  };
  if (request.state === undefined) found.push(misuseOf('state_missing', { step }));
  if (request.scope.includes('openid') && request.nonce === undefined) found.push(misuseOf('nonce_missing', { step }));
  if (parameterOf(parameters, 'client_secret') !== undefined) found.push(misuseOf('client_secret_sent', { step }));
  again('state_reused', 'state');
  again('nonce_reused', 'nonce');
  again('code_challenge_reused', 'codeChallenge');
  return found;
}
