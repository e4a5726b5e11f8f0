/** Token request -> which grant it is for, once its form is sound. RFC 6749, sections 3.2 and 5.2. */
import type { CodeExchange, Refresh, Revocation } from '@proofkey/api';
import { exchangeCode } from './code-exchange.ts';
import type { Step } from './log.ts';
import { misuseOf } from './misuse.ts';
import { type Parameters, parameterOf, repeatedIn, speakable } from './parameters.ts';
import { refresh } from './refresh.ts';
import { refuse, unknownClient } from './refuse.ts';
import { type Client, clientOf } from './settings.ts';
import type { Reply, Turn } from './turn.ts';

/** What every form has that a client sends by itself. */
type ClientForm = CodeExchange | Refresh | Revocation;

const PROOFS: readonly (keyof ClientForm)[] = ['client_secret', 'client_assertion'];

/** The form of a request of a public client, or the refusal. Shared by the token and the revocation endpoint. */
export function formOf(turn: Turn): { form: Parameters; client: Client } | Reply {
  const { form, query, headers, state } = turn;
  if (query.length > 0) return refuse(turn, 'invalid_request', 'parameters belong in the body', 'parameters_in_url');
  if (!isForm(headers['content-type']) && !turn.rules.jsonBodies)
    return refuse(turn, 'invalid_request', 'the body has to be a form', 'body_not_form');
  const repeated = repeatedIn(form);
  if (repeated !== undefined)
    return refuse(turn, 'invalid_request', 'a parameter is there more than once', 'parameter_repeated', {
      name: speakable(repeated),
    });
  const { authorization } = headers;
  if (isSecret(authorization) || PROOFS.some((one) => parameterOf<ClientForm>(form, one)))
    return refuse(turn, 'invalid_client', 'this client is public', 'client_secret_sent');
  if (authorization !== undefined) return refuse(turn, 'invalid_client', 'no client says who it is in this way');
  const clientId = parameterOf<ClientForm>(form, 'client_id');
  if (clientId === undefined) return refuse(turn, 'invalid_request', 'client_id is missing');
  const client = clientOf(state.settings, clientId);
  if (client !== undefined) return { form, client };
  return { ...refuse(turn, 'invalid_client', 'no client has this client_id'), misuses: [unknownClient(turn)] };
}

/** An access token is none: whoever sends it with every request has sent it here too. RFC 6749, section 2.3.1. */
const isSecret = (authorization: string | undefined): boolean =>
  authorization !== undefined && !/^(bearer|dpop)\b/i.test(authorization);

const EXCHANGE: CodeExchange['grant_type'] = 'authorization_code';
const REFRESH: Refresh['grant_type'] = 'refresh_token';
const grantTypeOf = (form: Parameters): string | undefined => parameterOf<CodeExchange | Refresh>(form, 'grant_type');

/** Which step of the log a token request is. */
export const tokenStep = ({ form }: Turn): Step => (grantTypeOf(form) === REFRESH ? 'refresh' : 'token');

const isForm = (type = ''): boolean => type.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';

export function requestTokens(turn: Turn): Reply {
  const sound = formOf(turn);
  if ('draft' in sound) return sound;
  const reply = granted(turn, sound.form, sound.client);
  if (isForm(turn.headers['content-type'])) return reply;
  // That this server takes it does not make it right.
  return { ...reply, misuses: [misuseOf('body_not_form', { step: turn.step }), ...(reply.misuses ?? [])] };
}

function granted(turn: Turn, form: Parameters, client: Client): Reply {
  switch (grantTypeOf(form)) {
    case EXCHANGE:
      return exchangeCode(turn, form, client);
    case REFRESH:
      return refresh(turn, form, client);
    case undefined:
      return refuse(turn, 'invalid_request', 'grant_type is missing');
    default:
      return refuse(turn, 'unsupported_grant_type', 'only authorization_code and refresh_token are');
  }
}
