/** The promises of a transport: sends what it was given, once, and says honestly what became of it. RFC 9110. */
import { type AbortSignalLike, isPortError, type PortError, type Transport } from '@proofkey/client';
import { BODY_LIMIT, type HttpRequest, type HttpResponse } from '@proofkey/core';
import { contractTest, expectSame, expectThat, pause, rejection, soon } from './expect.ts';
import type { ContractTest, Subject } from './subject.ts';
import { AT_LIMIT, FOLLOWED, TEXT, type TestRequest } from './test-server.ts';

const SECRET = 'sentinel-of-the-test';

const get = (url: string): HttpRequest => ({ method: 'GET', url, headers: { accept: 'application/json' } });

const post = (url: string, body: string): HttpRequest => ({
  method: 'POST',
  url,
  headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
  body,
});

const sent = (port: Transport, subject: Subject, request: HttpRequest): Promise<HttpResponse> =>
  soon(subject, port.send(request), `an answer from ${request.url}`, 'Settle when the answer is complete.');

/** The error of a request that gets no whole answer. */
async function failure(
  port: Transport,
  subject: Subject,
  request: HttpRequest,
  cancel?: AbortSignalLike,
): Promise<PortError> {
  const repair = "Reject with new PortError('network_error', { sent }).";
  const failed = rejection(port.send(request, cancel), 'an error', repair);
  const error = await soon(subject, failed, 'an error', 'No request may wait for ever: listen to `cancel`.');
  expectThat(isPortError(error) && error.code === 'network_error', "PortError 'network_error'", error, repair);
  return error;
}

const HONEST = "`sent` is 'no' only when not one octet can have reached the server; else it is 'maybe'.";

export const transport: readonly ContractTest[] = [
  ...[get, (url: string) => post(url, 'code=a%2Fb+c&empty=&code_verifier=~-._')].map((build, index) => {
    const method = index === 0 ? 'GET' : 'POST';
    const name = `sends a ${method} request with exactly the target, headers and body that it was given`;
    return contractTest('transport', name, ['server'], async (port, subject) => {
      const target = '/echo/a%20b?c=%2F+d&e=&f=%C3%BC';
      const request = build(subject.server.url + target);
      const seen = JSON.parse((await sent(port, subject, request)).body) as TestRequest;
      expectSame(seen.method, request.method, 'Send the method of the request.');
      expectSame(seen.target, target, 'Send path and query as they are, neither decoded nor encoded anew.');
      expectSame(seen.body, request.body ?? '', 'Send the body as it is, and none when there is none.');
      for (const [header, value] of Object.entries(request.headers))
        expectSame(seen.headers[header], value, `Send the header ${header} as it is.`);
    });
  }),
  contractTest('transport', 'gives header names in lower case, and their values', ['server'], async (port, subject) => {
    const { headers } = await sent(port, subject, get(`${subject.server.url}/text`));
    const upper = Object.keys(headers).find((name) => name !== name.toLowerCase());
    expectSame(upper, undefined, 'The core looks for names in lower case only.');
    expectSame(headers['x-odd-case'], 'Yes, Sir', 'Give each value as it was sent.');
  }),
  contractTest('transport', 'gives the body as text', ['server'], async (port, subject) => {
    const { status, body } = await sent(port, subject, get(`${subject.server.url}/text`));
    expectSame(status, 200, 'Give the status as a number.');
    expectSame(body, TEXT, 'Decode UTF-8, also where a character is split between two parts, and do not parse JSON.');
  }),
  contractTest('transport', 'gives an answer with an error status as an answer', ['server'], async (port, subject) => {
    for (const status of [400, 401, 403, 404, 408, 421, 425, 429, 500, 503]) {
      const url = `${subject.server.url}/status/${status}`;
      for (const request of [get(url), post(url, 'code=c0de')]) {
        const response = await sent(port, subject, request);
        expectSame(response.status, status, 'The core reads what an error says: do not throw.');
        expectSame(response.body, '{"error":"of_the_test"}', 'The core reads what an error says: keep its body.');
      }
    }
  }),
  contractTest('transport', 'sends a body once, whatever the answer', ['server', 'received'], async (port, subject) => {
    for (const status of [200, 307, 401, 408, 421, 425, 429, 500, 503]) {
      const target = `/status/${status}?once`;
      const answer = port.send(post(subject.server.url + target, 'code=c0de')).catch(portErrorOnly);
      await soon(subject, answer, 'an answer', 'Settle when the answer is complete.');
      const count = (await subject.received()).filter((one) => one === target).length;
      const repair = `A code that is sent twice ends the login. Platforms send again by themselves, as after 421.`;
      expectThat(count === 1, `one request that is answered ${status}`, count, repair);
    }
  }),
  contractTest('transport', 'follows no redirect', ['server'], async (port, subject) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const answer = port.send(post(`${subject.server.url}/redirect/${status}`, 'code=c0de')).catch(portErrorOnly);
      const response = await soon(subject, answer, 'an answer', 'Settle when the answer is complete.');
      // Browsers do not show the status of a redirect, so that all their adapter can do is to fail.
      const right = response === undefined || (response.status === status && response.body !== FOLLOWED);
      expectThat(right, `status ${status}`, response?.status, 'A followed redirect takes code and verifier elsewhere.');
    }
  }),
  contractTest('transport', 'keeps no cookies', ['server'], async (port, subject) => {
    for (let request = 0; request < 2; request += 1) {
      const { body } = await sent(port, subject, get(`${subject.server.url}/echo`));
      const { cookie } = (JSON.parse(body) as TestRequest).headers as { readonly cookie?: string };
      expectSame(cookie, undefined, 'Send no cookies: they tie a request to somebody who did not make it.');
    }
  }),
  contractTest('transport', 'gives a body of exactly the limit whole', ['server'], async (port, subject) => {
    const { body } = await sent(port, subject, get(`${subject.server.url}/limit`));
    expectThat(body === AT_LIMIT, `${BODY_LIMIT} characters`, body.length, 'Cut after the limit, not at it.');
  }),
  contractTest('transport', 'cuts off a body that does not end, after the limit', ['server'], async (port, subject) => {
    const repair = 'Read no more than a little beyond BODY_LIMIT, then close the connection and give what there is.';
    const answer = port.send(get(`${subject.server.url}/endless`));
    const { body } = await soon(subject, answer, 'an answer that was cut off', repair);
    // The core refuses what is longer than its limit; what was cut below it would look complete.
    expectThat(body.length > BODY_LIMIT, `more than ${BODY_LIMIT} characters`, body.length, repair);
    expectThat(body.length < 2 * BODY_LIMIT, `less than ${2 * BODY_LIMIT} characters`, body.length, repair);
  }),
  contractTest('transport', 'takes a body that was cut off for an error', ['server'], async (port, subject) => {
    await failure(port, subject, get(`${subject.server.url}/cut`));
  }),
  contractTest('transport', 'fails where nobody listens', ['server'], async (port, subject) => {
    await failure(port, subject, get(`${subject.server.closedUrl}/`));
  }),
  contractTest('transport', 'knows that nothing was sent where nobody listens', ['server'], async (port, subject) => {
    const error = await failure(port, subject, get(`${subject.server.closedUrl}/`));
    expectSame(error.sent, 'no', 'A request that was certainly not sent may be sent again. Browsers cannot know.');
  }),
  contractTest('transport', 'does not say that nothing was sent when it was', ['server'], async (port, subject) => {
    const { sent: said } = await failure(port, subject, post(`${subject.server.url}/drop`, 'code=c0de'));
    expectThat(said !== 'no', "'maybe'", said, HONEST);
  }),
  contractTest('transport', 'ends when it is cancelled', ['server'], async (port, subject) => {
    const listeners = new Set<() => void>();
    const cancel = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
    };
    const failed = failure(port, subject, get(`${subject.server.url}/hang`), cancel);
    // Long enough for the request to be on its way; the promise is the same if it is not.
    await pause(subject, 20);
    cancel.aborted = true;
    for (const listener of [...listeners]) listener();
    await failed;
  }),
  contractTest('transport', 'fails at once when it was cancelled before', ['server'], async (port, subject) => {
    const cancel = { aborted: true, addEventListener: () => {}, removeEventListener: () => {} };
    await failure(port, subject, get(`${subject.server.url}/text`), cancel);
  }),
  contractTest('transport', 'says nothing of the request in its error', ['server'], async (port, subject) => {
    const request = post(`${subject.server.url}/drop?code=${SECRET}`, `code_verifier=${SECRET}`);
    const error = await failure(port, subject, request);
    const told = [error.message, error.stack, error.cause, JSON.stringify(error)].map(String).join('\n');
    expectThat(!told.includes(SECRET), 'no word of the request', 'its secrets', 'Errors are logged. Keep only a code.');
  }),
];

function portErrorOnly(error: unknown): undefined {
  if (!isPortError(error)) throw error;
}
