/** Honest token answer -> the same with another ID Token, signed by the server's own key: what a bad server can say. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { MockLoginOptions } from '@proofkey/msw';
import { type Answer, type Reply, send } from './wire.ts';

type PrivateKey = NonNullable<MockLoginOptions['keys']>[number];

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Of every server here: making one takes longer than playing an attack. */
export const KEY: PrivateKey = {
  ...(privateKey.export({ format: 'jwk' }) as unknown as PrivateKey),
  alg: 'RS256',
  kid: 'bilbo.baggins@hobbiton.example',
};

type Members = Record<string, unknown>;

const textIn = (part = ''): string => Buffer.from(part, 'base64url').toString('utf8');
const partOf = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/** @param change takes the JSON of the claims, so that it can write what no object holds */
export const withClaimsText = (change: (json: string) => string): Reply => {
  return (outgoing, honest) => {
    const members = JSON.parse(honest.body) as { id_token?: string };
    const [header = '', payload = ''] = members.id_token?.split('.') ?? [];
    const input = `${header}.${partOf(change(textIn(payload)))}`;
    const signature = sign('sha256', Buffer.from(input), privateKey).toString('base64url');
    send(outgoing, { ...honest, body: JSON.stringify({ ...members, id_token: `${input}.${signature}` }) });
  };
};

/** Other claims; undefined leaves one out. */
export const withClaims = (change: (claims: Members) => Members): Reply =>
  withClaimsText((json) => {
    const claims = JSON.parse(json) as Members;
    return JSON.stringify({ ...claims, ...change(claims) });
  });

/** Other members of a JSON answer. */
export const withMembers =
  (change: (members: Members) => Members): Reply =>
  (outgoing, honest) => {
    const members = JSON.parse(honest.body) as Members;
    send(outgoing, { ...honest, body: JSON.stringify({ ...members, ...change(members) }) });
  };

export const instead =
  ({ status = 200, headers = { 'content-type': 'application/json' }, body = '' }: Partial<Answer>): Reply =>
  (outgoing) =>
    send(outgoing, { status, headers, body });

export const redirect = (to: string, status = 307): Reply => instead({ status, headers: { location: to } });
