/** Origins that a test names -> whether a request, or a connection, may really go there. RFC 6454, section 4. */
import { OptionError } from './options.ts';

export interface PassThrough {
  /** May a request for this URL, or a WebSocket, leave? */
  hasUrl(url: string): boolean;
  /** May a connection be made? `host` is a name, or an address without brackets. */
  hasHost(host: string, port: number): boolean;
}

type Origin = { readonly protocol: string; readonly hostname: string; readonly port: number | '*' };

const ORIGIN = /^(https?:\/\/(?:\[[\da-f:.]+\]|[^\s/?#@:[\]]+))(?::(\d{1,5}|\*))?$/i;

/** @throws OptionError for what is no origin */
export function readPassThrough(origins: readonly string[]): PassThrough {
  if (!Array.isArray(origins)) throw new OptionError('passThrough', "it is a list of origins: ['https://api.test'].");
  const all = origins.map(originIn);
  return {
    hasUrl(url) {
      const { protocol, hostname, port } = new URL(url.replace(/^ws/, 'http'));
      const asked = portOf(protocol, port);
      return all.some((one) => one.protocol === protocol && one.hostname === hostname && isPort(one, asked));
    },
    hasHost: (host, port) => all.some((one) => bare(one.hostname) === host.toLowerCase() && isPort(one, port)),
  };
}

function originIn(text: string): Origin {
  const [, start = '', port] = ORIGIN.exec(text) ?? [];
  if (start === '' || !URL.canParse(port === '*' ? start : text))
    throw new OptionError(
      'passThrough',
      `${text} is no origin. Write one as https://api.test is, without a path; http://127.0.0.1:* means every port.`,
    );
  const { protocol, hostname, port: written } = new URL(port === '*' ? start : text);
  return { protocol, hostname, port: port === '*' ? '*' : portOf(protocol, written) };
}

const portOf = (protocol: string, port: string): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

const isPort = ({ port }: Origin, asked: number): boolean => port === '*' || port === asked;

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
