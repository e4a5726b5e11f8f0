/** The promises of a resource fetch: the application's own call, with this token and no further. RFC 6750, 2.1. */
import type { ResourceFetch } from '@proofkey/client';
import { contractTest, expectSame, expectThat, rejection, soon } from './expect.ts';
import type { ContractTest, Subject } from './subject.ts';
import { HAS, HAS_NONE } from './test-server.ts';

const AUTHORIZATION = 'Bearer sentinel-of-the-test';
const REDIRECTS = [301, 302, 303, 307, 308];

/** Of the answers of a platform's fetch nothing but the status is known here: so that is what the server tells by. */
const has = (member: string, value: string): string => `/has/${member}/${encodeURIComponent(value)}`;
const redirect = (status: number, to: string): string => `/redirect/${status}/${encodeURIComponent(to)}`;

const HAS_TOKEN = has('authorization', AUTHORIZATION);
const OTHERWISE = `${HAS} from a server that answers something else otherwise`;

/** The status of the answer to this call. */
async function called(port: ResourceFetch, subject: Subject, url: string, init?: object): Promise<number> {
  const answer = port.prepare(url, init).send(AUTHORIZATION);
  const { status } = await soon(subject, answer, `an answer from ${url}`, 'Settle when the answer is there.');
  return status;
}

export const resourceFetch: readonly ContractTest[] = [
  contractTest('resourceFetch', 'tells the absolute URL and the method of a call', ['server'], (port, subject) => {
    const url = `${subject.server.url}/echo/a%20b?c=%2F+d&e=`;
    const told = port.prepare(url, undefined);
    expectSame(told?.url, url, 'The client compares its origin with `apis`, before anything is sent.');
    expectSame(told.method, 'GET', 'Tell the method that the platform takes when none is given.');
    const { method } = port.prepare(url, { method: 'POST', body: 'a=b' });
    expectSame(method, 'POST', 'Tell the method of the call.');
  }),
  contractTest(
    'resourceFetch',
    'sends nothing before it is told to, and one request then',
    ['server', 'received'],
    async (port, subject) => {
      const [target, later] = ['/status/200?prepared', '/status/200?later'];
      const prepared = port.prepare(subject.server.url + target, { method: 'POST', body: 'a=b' });
      // A whole call meanwhile: what was sent too early has arrived by then.
      await called(port, subject, subject.server.url + later);
      const count = async (): Promise<number> =>
        (await subject.received()).filter((received) => received === target).length;
      expectSame(await count(), 0, 'prepare() is asked before anybody knows whether the origin may have the token.');
      await soon(subject, prepared.send(AUTHORIZATION), 'an answer', 'Settle when the answer is there.');
      expectSame(await count(), 1, 'Send one request for one call.');
    },
  ),
  contractTest('resourceFetch', 'sends the Authorization that it is given', ['server'], async (port, subject) => {
    const found = await called(port, subject, subject.server.url + HAS_TOKEN);
    expectThat(found === HAS, OTHERWISE, found, 'Set the header Authorization to exactly the value given to send().');
  }),
  contractTest(
    'resourceFetch',
    'sends it in the place of one that the call has already',
    ['server'],
    async (port, subject) => {
      for (const name of ['authorization', 'Authorization', 'AUTHORIZATION']) {
        const init = { headers: { [name]: 'Basic b2Y6dGVzdA==' } };
        const found = await called(port, subject, subject.server.url + HAS_TOKEN, init);
        expectThat(found === HAS, OTHERWISE, found, 'Replace the header, however its name is written.');
      }
    },
  ),
  contractTest(
    'resourceFetch',
    'keeps the method, the body and the other headers of a call',
    ['server'],
    async (port, subject) => {
      const headers = { 'Content-Type': 'application/json', 'X-Of-The-Caller': 'Yes, Sir' };
      const init = { method: 'POST', body: '{"text":"a, ü, Ω, 😀"}', headers };
      const members = { method: init.method, body: init.body, ...headers };
      for (const [member, value] of Object.entries(members)) {
        const found = await called(port, subject, subject.server.url + has(member.toLowerCase(), value), init);
        expectThat(found === HAS, OTHERWISE, found, `Add the Authorization, and leave ${member} as it is.`);
      }
    },
  ),
  contractTest(
    'resourceFetch',
    'keeps the Authorization on a redirect to the same origin',
    ['server'],
    async (port, subject) => {
      for (const status of REDIRECTS) {
        const found = await called(port, subject, subject.server.url + redirect(status, HAS_TOKEN));
        expectThat(
          found === HAS,
          OTHERWISE,
          found,
          'Follow a redirect as the platform does: the API is still the same.',
        );
      }
    },
  ),
  contractTest(
    'resourceFetch',
    'takes no Authorization along to another origin',
    ['server', 'otherUrl'],
    async (port, subject) => {
      for (const status of REDIRECTS) {
        const url = subject.server.url + redirect(status, subject.otherUrl + HAS_TOKEN);
        // Not to follow it at all is right, too.
        const found = await called(port, subject, url).catch(() => status);
        const right = found === HAS_NONE || found === status || found === 0;
        expectThat(
          right,
          `${HAS_NONE} from the other origin`,
          found,
          'Drop the header: only listed origins get a token.',
        );
      }
    },
  ),
  contractTest('resourceFetch', 'passes on what the platform throws', ['server'], async (port, subject) => {
    const repair = 'The application knows the errors of its platform: pass them on.';
    const sent = port.prepare(`${subject.server.closedUrl}/`, undefined).send(AUTHORIZATION);
    const error = await soon(subject, rejection(sent, 'an error', repair), 'an error', 'Let no call wait for ever.');
    expectThat(error instanceof Error, 'an error', error, repair);
    const told = [error.message, error.stack, error.cause].map(String).join('\n');
    expectThat(!told.includes(AUTHORIZATION), 'no word of the token', 'the Authorization', 'Errors are logged.');
  }),
];
