/** Request -> the answer that a test wrote for it. No network, and the same promises as a real transport. RFC 9110. */
import { type AbortSignalLike, type MaybePromise, PortError, type Transport } from '@proofkey/client';
import { BODY_LIMIT, type HttpRequest, type HttpResponse } from '@proofkey/core';
import type { TestAnswer } from './test-server.ts';

type Answer = TestAnswer | ((request: HttpRequest) => MaybePromise<TestAnswer>);

export interface ScriptedTransport extends Transport {
  /** Every request that was sent, in order. They hold what is secret. */
  readonly requests: readonly HttpRequest[];
  /**
   * From now on answers the requests to this URL, or those that the function picks. What was said last wins. A URL
   * without a query stands for all its queries. A request that nothing answers is one to a server that is not there.
   */
  answer(to: string | ((request: HttpRequest) => boolean), answer: Answer): void;
}

export function scriptedTransport(): ScriptedTransport {
  const requests: HttpRequest[] = [];
  const scripts: { readonly answers: (request: HttpRequest) => boolean; readonly answer: Answer }[] = [];
  return {
    requests,
    answer(to, answer) {
      const answers = (request: HttpRequest): boolean => request.url === to || request.url.split('?', 1)[0] === to;
      scripts.unshift({ answers: typeof to === 'function' ? to : answers, answer });
    },
    async send(request, cancel) {
      if (cancel?.aborted) throw new PortError('network_error', { sent: 'no' });
      requests.push(request);
      const script = scripts.find(({ answers }) => answers(request));
      if (script === undefined) throw new PortError('network_error', { sent: 'no', system: 'ECONNREFUSED' });
      const { answer } = script;
      const respond = async () => received(typeof answer === 'function' ? await answer(request) : answer);
      return unlessCancelled(respond(), cancel);
    },
  };
}

const gone = (): PortError => new PortError('network_error', { sent: 'maybe', system: 'ECONNRESET' });

function received(answer: TestAnswer): Promise<HttpResponse> | HttpResponse {
  if (answer === 'hang') return new Promise(() => {});
  if (answer === 'drop' || answer.ending === 'drop') throw gone();
  const { status, headers, body, ending } = answer;
  const all = ending === 'repeat' ? body.repeat(Math.ceil((BODY_LIMIT + 1) / Math.max(body.length, 1))) : body;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(named), body: all.slice(0, BODY_LIMIT + 1) };
}

function unlessCancelled<T>(work: Promise<T>, cancel: AbortSignalLike | undefined): Promise<T> {
  if (cancel === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(gone());
    cancel.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => cancel.removeEventListener('abort', abort));
  });
}
