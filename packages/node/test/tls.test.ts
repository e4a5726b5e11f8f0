/** The transport against a real TLS server whose certificate nobody vouches for. OAuth 2.1, section 1.5. */
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchTransport } from '../src/transport.ts';

/** Signed by itself, for 127.0.0.1 and localhost; the key is worth nothing anywhere. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgo6qzmqzNtv6bW3WO
DNEpvkqmcpE3jiKapmHgJyQQph6hRANCAARrvYfdRZWI8qk7RvxxVvIHJyuwiHaG
3+z6wX1hTH7AB1le51c/+qPXwnWC8797LvlC7bl+OubJThpFsrTVO6er
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUD0X5ijnOTmhy9BgnGPj89HI4PFwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTIxMTYyMloYDzIxMjYxMDI4
MjExNjIyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARrvYfdRZWI8qk7RvxxVvIHJyuwiHaG3+z6wX1hTH7AB1le51c/+qPX
wnWC8797LvlC7bl+OubJThpFsrTVO6ero28wbTAdBgNVHQ4EFgQU8CL3I4pGrlG0
HNA4kyHihzOWGMIwHwYDVR0jBBgwFoAU8CL3I4pGrlG0HNA4kyHihzOWGMIwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSQAwRgIhAM1QC5N6rYq4jmL9SLEr0hkRJOaswJWy1wbNragAKS/CAiEA
3pUgaRuc4IRZihoO0KgDlhH/VDDbCsccE4GoTCbBerU=
-----END CERTIFICATE-----`;

let requests = 0;
const server = createServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => {
  requests += 1;
  response.end('{}');
});
let url = '';
beforeEach(async () => {
  requests = 0;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

test('TR-06: a server whose certificate nobody vouches for is sent nothing', async () => {
  const body = 'grant_type=authorization_code&code=c';
  const sending = fetchTransport().send({ method: 'POST', url, headers: {}, body });
  await expect(sending).rejects.toMatchObject({ code: 'network_error' });
  expect(requests).toBe(0);
});

test('negative control: a client that checks no certificate gets an answer from it', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(url, { rejectUnauthorized: false }, (response) => resolve(response.resume().statusCode));
    sent.on('error', reject).end();
  });
  expect(status).toBe(200);
  expect(requests).toBe(1);
});
