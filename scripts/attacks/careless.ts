/** Clients that lack one defence each: with them the table fails, or it would prove nothing. */
import type { Departure, OpenRequest, Ports, UserAgent } from '@proofkey/client';
import type { HttpRequest, HttpResponse } from '@proofkey/core';
import type { NodeClient } from '@proofkey/node';
import type { Careless, Stage } from './stage.ts';

type Opened = ReturnType<Departure['open']>;
type Send = Ports['transport']['send'];

/** Another way to send, for as long as the server is hostile. */
const sending =
  (change: (send: Send, stage: Stage, ports: Ports) => Send): NonNullable<Careless['ports']> =>
  (ports, stage) => {
    const send: Send = (request, cancel) => ports.transport.send(request, cancel);
    const careless = change(send, stage, ports);
    return { ...ports, transport: { send: (...sent) => (stage.isHostile() ? careless : send)(...sent) } };
  };

/** Another answer to whether a signature is good, for as long as the server is hostile. */
const verifying = (verify: (input: string) => boolean | Promise<boolean>): Careless => ({
  ports: (ports, stage) => ({
    ...ports,
    signatureVerifier: {
      verify: async (request) =>
        stage.isHostile() ? verify(request.input) : ((await ports.signatureVerifier?.verify(request)) ?? false),
    },
  }),
});

/** What else happens when a login fails. */
const failing = (then: (stage: Stage, error: unknown) => unknown): NonNullable<Careless['client']> => {
  return (client, stage) => {
    const login: NodeClient['login'] = async (request) => {
      try {
        return await client.login(request);
      } catch (error) {
        await then(stage, error);
        throw error;
      }
    };
    return { ...client, login };
  };
};

const fetched =
  (redirect: RequestRedirect) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const { url, method, headers, body } = request;
    const response = await fetch(url, { method, headers, redirect, ...(body !== undefined && { body }) });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };

/** The same browser, which opens otherwise. */
const departing = (userAgent: UserAgent, open: (departure: Departure, request: OpenRequest) => Opened): UserAgent => ({
  ...userAgent,
  begin() {
    const departure = userAgent.begin();
    return {
      redirectUri: departure.redirectUri,
      open: (request) => open(departure, request),
      close: (succeeded) => departure.close(succeeded),
    };
  },
});

const lastAnswer = ({ wire }: Stage): string =>
  wire.exchanges.filter(({ place }) => place === 'token').at(-1)?.answer ?? '';

export const CARELESS: Readonly<Record<string, Careless>> = {
  'believes every signature': verifying(() => true),
  'fetches the key that a token names': verifying(async (input) => {
    const header = JSON.parse(Buffer.from(input.split('.')[0] ?? '', 'base64url').toString()) as { jku?: string };
    if (header.jku !== undefined) await fetch(header.jku).catch(() => {});
    return false;
  }),
  'takes every token for a bearer token': {
    ports: sending((send) => async (request, cancel) => {
      const response = await send(request, cancel);
      return { ...response, body: response.body.replace('"mac"', '"Bearer"') };
    }),
  },
  'follows redirects': { ports: sending(() => fetched('follow')) },
  'reads every body to its end': { ports: sending(() => fetched('manual')) },
  'waits for ever': { ports: sending(() => () => new Promise(() => {})) },
  'sends a code again': {
    ports: sending((send) => async (request, cancel) => {
      await send(request, cancel);
      return send(request, cancel);
    }),
  },
  'quotes the answer in its error': {
    client: failing((stage, error) => Object.assign(error as Error, { message: lastAnswer(stage) })),
  },
  'hides the answer in its error': {
    client: failing((stage, error) => Object.defineProperty(error, 'seen', { value: { deep: [lastAnswer(stage)] } })),
  },
  'tells the answer in its steps': {
    ports: sending((send, _stage, { onStep }) => async (request, cancel) => {
      const response = await send(request, cancel);
      onStep?.({ type: 'response_received', body: response.body } as never);
      return response;
    }),
  },
  'tells the address in its steps': {
    ports: (ports, stage) => ({
      ...ports,
      userAgent: departing(ports.userAgent, (departure, request) => {
        if (stage.isHostile()) ports.onStep?.({ type: 'user_agent_opened', url: request.url } as never);
        return departure.open(request);
      }),
    }),
  },
  'prints what it sends': {
    ports: sending((send, { output }) => (request, cancel) => {
      output.write(`${request.method} ${request.url} ${request.body}\n`);
      return send(request, cancel);
    }),
  },
  'logs out when a login fails': { client: failing(({ sessions }) => sessions.entries.clear()) },
  'forgets every login when one fails': { client: failing(({ transactions }) => transactions.entries.clear()) },
  'takes every callback for its own': {
    ports: (ports) => ({
      ...ports,
      userAgent: departing(ports.userAgent, (departure, request) =>
        departure.open({ ...request, accepts: () => true }),
      ),
    }),
  },
};
