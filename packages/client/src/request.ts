/** One request of ours -> its response, told as steps. RFC 9110. */
import { type HttpRequest, type HttpResponse, locate, type NumericDate, type Result, refusalOf } from '@proofkey/core';
import { attempt, ProofkeyError } from './error.ts';
import { PortError } from './port-error.ts';
import type { AbortSignalLike, Ports } from './ports.ts';
import { addressOf, type RequestPurpose, sent, type Tell } from './step.ts';

export type Answered = { readonly response: HttpResponse; readonly now: NumericDate };

/** @returns the response and the moment of its receipt. Rejects with what the transport throws. */
export async function sendOver(
  { transport, clock }: Pick<Ports, 'transport' | 'clock'>,
  tell: (event: Parameters<Tell>[0]) => void,
  purpose: RequestPurpose,
  request: HttpRequest,
  cancel?: AbortSignalLike,
): Promise<Answered> {
  tell(sent(purpose, request));
  const response = await transport.send(request, cancel);
  if (!isResponse(response)) throw new PortError('network_error');
  tell({ type: 'response_received', purpose, status: response.status });
  return { response, now: clock.now() };
}

/**
 * The same outside a login, and what is read of it. A failure says at which address.
 *
 * @throws ProofkeyError `network_error`, or what `read` refuses
 */
export async function ask<T>(
  ports: Ports,
  tell: Tell,
  purpose: RequestPurpose,
  request: HttpRequest,
  read: (response: HttpResponse) => Result<T>,
): Promise<T> {
  const at = addressOf(request);
  const offline = { ok: false, failure: locate(NO_NETWORK.failure, { at }) } as const;
  const { response } = await attempt(offline, () => sendOver(ports, tell, purpose, request));
  const result = read(response);
  if (!result.ok) throw new ProofkeyError(locate(result.failure, { at }));
  return result.value;
}

const NO_NETWORK = refusalOf('effect_failed', 'network_error', 'retry');

/** The core reads what a server sent, but trusts that a transport hands it over in the agreed form. */
function isResponse(response: HttpResponse | undefined): response is HttpResponse {
  const { status, headers, body } = response ?? {};
  if (typeof status !== 'number' || typeof body !== 'string' || typeof headers !== 'object' || headers === null)
    return false;
  return Object.values(headers).every((value) => typeof value === 'string');
}
