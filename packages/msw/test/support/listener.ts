/** A listener on a free port of loopback that writes down what it hears. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  readonly origin: string;
  /** Method, address and body of each request, in order. */
  readonly heard: readonly string[];
  /** Address without its parameters, so that it can be compared. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** @param redirects where a request for a path is sent on to */
export async function startListener(redirects: Readonly<Record<string, string>> = {}): Promise<Listener> {
  const heard: string[] = [];
  const paths: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const [path = ''] = (request.url ?? '').split('?');
    heard.push(`${request.method} ${request.url} ${body}`.trim());
    paths.push(`${request.method} ${path}`);
    const location = redirects[path];
    response.writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location }).end('heard');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    heard,
    paths,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}
