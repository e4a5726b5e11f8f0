/** Which redirect URI may be used. RFC 6749, section 3.1.2; RFC 8252, section 7; RFC 9700, section 2.6. */
import { describe, expect, test } from 'vitest';
import { checkRedirectUri, readAuthorizationResponse } from '../src/index.ts';
import { NOW, opened, sent, settingsOf, transactionOf, untyped } from './support/login.ts';
import { outcomeOf, valueIn } from './support/result.ts';

describe('checkRedirectUri', () => {
  test.each([
    ['https', 'https://app.example.com/cb'],
    ['a query', 'https://app.example.com/cb?tenant=1'],
    ['a port', 'https://app.example.com:8443/cb'],
    ['loopback IPv4 with a port', 'http://127.0.0.1:51004/oauth2redirect/example-provider'],
    ['loopback IPv6 without a port', 'http://[::1]/cb'],
    ['localhost', 'http://localhost:3000/cb'],
    ['a private-use scheme with one slash', 'com.example.app:/oauth2redirect/example-provider'],
    ['a private-use scheme with an authority', 'com.example.app://as.example.com/ios/com.example.app/callback'],
    ['a private-use scheme with digits', 'com.googleusercontent.apps.123-abc:/oauth2redirect'],
    ['an international name in ASCII', 'https://xn--bcher-kva.example/cb'],
    ['a parameter that only resembles one of ours', 'https://app.example.com/cb?mycode=1&statement=2'],
    ['the origin alone', 'https://app.example.com/'],
  ])('AR-13 accepts %s', (_what, uri) => {
    expect(valueIn(checkRedirectUri(uri))).toBe(uri);
  });

  test.each([
    ['http elsewhere', 'http://app.example.com/cb'],
    ['a look-alike of loopback', 'http://127.0.0.1.evil.example/cb'],
    ['a look-alike of localhost', 'http://localhost.evil.example/cb'],
    ['every address', 'http://[::]/cb'],
    ['a private network', 'http://192.168.0.10:3000/cb'],
    ['a short IPv4 address', 'http://127.1/cb'],
  ])('AR-14 refuses http to %s', (_what, uri) => {
    expect(outcomeOf(checkRedirectUri(uri))).toBe('invalid_redirect_uri');
  });

  test.each([
    ['an empty fragment', 'https://app.example.com/cb#'],
    ['a relative path', '/cb'],
    ['no scheme', 'app.example.com/cb'],
    ['a relative scheme', '//app.example.com/cb'],
    ['no host', 'https:///cb'],
    ['nothing', ''],
    ['a space', 'https://app.example.com/c b'],
    ['a tab', 'https://app.example.com/c\tb'],
    ['a NUL', 'https://app.example.com/cb\0'],
    ['a line feed at the end', 'https://app.example.com/cb\n'],
    ['a backslash', 'https://app.example.com\\cb'],
    ['a backslash and another host', 'https://app.example.com\\@evil.example/cb'],
    ['user information', 'https://app.example.com@evil.example/cb'],
    ['a letter outside ASCII', 'https://b\u00fccher.example/cb'],
    ['a wild card', 'https://*.example.com/cb'],
    ['ftp', 'ftp://app.example.com/cb'],
    ['vbscript', 'vbscript:msgbox(1)'],
    ['ws', 'wss://app.example.com/cb'],
    ['intent', 'intent://cb#Intent;end'],
    ['upper-case javascript', 'JavaScript:alert(1)'],
  ])('AR-13 refuses %s', (_what, uri) => {
    expect(outcomeOf(checkRedirectUri(uri))).toBe('invalid_redirect_uri');
  });

  test.each(['myapp:/cb', 'myapp://cb', 'exp://127.0.0.1:19000', 'Com.Example.App:/cb', '.app:/cb', '1.app:/cb'])(
    'NA-03 refuses the scheme of %s: no domain name in lower case',
    (uri) => {
      expect(outcomeOf(checkRedirectUri(uri))).toBe('invalid_redirect_uri');
    },
  );

  test.each(['code=1', 'a=1&state=2', 'iss=x', 'error=x'])(
    'AR-13 refuses the query %s: the response would repeat the parameter',
    (query) => {
      expect(outcomeOf(checkRedirectUri(`https://app.example.com/cb?${query}`))).toBe('invalid_redirect_uri');
    },
  );

  test.each([[undefined], [null], [1], [{}], [['https://app.example.com/cb']]])(
    'AR-13 refuses %j, and does not throw',
    (uri) => {
      expect(outcomeOf(checkRedirectUri(untyped(uri)))).toBe('invalid_redirect_uri');
      expect(opened({ redirectUri: untyped(uri) })).toBe('invalid_redirect_uri');
    },
  );

  test('AR-13 sends it byte for byte, and nothing is normalised', () => {
    for (const uri of ['https://APP.example.com:443/a/../cb?x=%7e', 'com.example.app:/cb', 'http://127.0.0.1/']) {
      expect(sent({ redirectUri: uri }).get('redirect_uri')).toBe(uri);
      expect(transactionOf({ redirectUri: uri }).redirectUri).toBe(uri);
    }
  });
});

describe('a redirect URI that is accepted at the start is recognised at the end', () => {
  const returns = (redirectUri: string, arrived: string): string => {
    const transaction = transactionOf({ redirectUri });
    const url = `${arrived}${arrived.includes('?') ? '&' : '?'}code=x&state=${transaction.state}`;
    return outcomeOf(readAuthorizationResponse(settingsOf(), transaction, url, NOW));
  };

  test.each([
    'https://app.example.com/',
    'https://app.example.com/cb?tenant=1',
    'com.example.app:/cb',
    'com.example.app://cb',
    'http://127.0.0.1:51004/cb',
    'http://[::1]:51004/cb',
  ])('AR-13 CB-06 %s', (uri) => {
    expect(returns(uri, uri)).toBe('accepted');
  });

  // RFC 3986, section 6.2.3: `http://host` and `http://host/` are the same, and every user agent reports the second.
  test.each(['https://app.example.com', 'http://localhost:3000', 'http://127.0.0.1:51004'])(
    'AR-13 CB-06 %s, which user agents report with a slash',
    (uri) => {
      expect(returns(uri, `${uri}/`)).toBe('accepted');
    },
  );

  test.each(['token=1', 'response=1', 'id_token=1', 'access_token=1'])(
    'AR-13 CB-08 a query of %s is refused at the start, or does not end every login',
    (query) => {
      const uri = `https://app.example.com/cb?${query}`;
      const atStart = outcomeOf(checkRedirectUri(uri));
      expect(atStart === 'accepted' ? returns(uri, uri) : atStart).toBe(
        atStart === 'accepted' ? 'accepted' : 'invalid_redirect_uri',
      );
    },
  );
});
