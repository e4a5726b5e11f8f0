/** docs/threat-model.md says what it must, and what it names exists. OAuth for browser-based apps; OIDC Core, 5.7. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_SET_COOL_DOWN, KEY_SET_LIFETIME } from '@proofkey/core';
import { explanations } from '@proofkey/core/explain';
import { describe, expect, test } from 'vitest';
import { toleranceOf } from '../../packages/core/src/client-settings.ts';
import { ATTACKS } from '../../scripts/demo/options.ts';
import { root } from './support/processes.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
/** As a person reads it: where a line ends means nothing. */
const proseOf = (file: string): string => read(file).replace(/\s+/g, ' ');

const TEXT = read('docs/threat-model.md');
const PROSE = proseOf('docs/threat-model.md');
/** Names of the protocol and of outcomes, which are no failures. */
const WORDS = ['tls_only', 'error_description', 'jwks_uri', 'at_hash'];

test('BR-11 it says that XSS can always start a login, and that a BFF is the stronger choice', () => {
  expect(PROSE).toContain('XSS can always start a login of its own');
  expect(PROSE).toMatch(/the stronger choice is the \*\*BFF pattern\*\*/);
});

test.each(['docs/threat-model.md', 'packages/node/README.md'])(
  'ID-27 %s says that a person is iss with sub, and never an e-mail address',
  (file) => {
    expect(proseOf(file)).toMatch(/a person is `(?:user\.)?iss` with `(?:user\.)?sub`/i);
    expect(proseOf(file)).toMatch(/never use (?:an e-mail address|it) as the key of an account/i);
  },
);

describe('what it names', () => {
  test('every requirement and every attack is on a list', () => {
    const lists = read('docs/requirements.source.md') + read('docs/attacks.source.md');
    const ids = [...new Set(TEXT.match(/\b[A-Z]{2}-\d\d\b/g))];
    expect(ids.length).toBeGreaterThan(80);
    expect(ids.filter((id) => !lists.includes(`| ${id} |`))).toEqual([]);
  });

  test('every code is one of a failure', () => {
    const named = [...new Set(Array.from(TEXT.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g), ([, name = '']) => name))];
    expect(named.filter((name) => name in explanations)).not.toEqual([]);
    expect(named.filter((name) => !(name in explanations) && !WORDS.includes(name))).toEqual([]);
  });

  test('every number of seconds is that of the code', () => {
    expect(PROSE).toContain(
      `is kept ${KEY_SET_LIFETIME} seconds, an unknown key is searched once in ${KEY_SET_COOL_DOWN}`,
    );
    expect(PROSE).toContain(`up to ${KEY_SET_LIFETIME} seconds more`);
    const [most, usual] = [300, toleranceOf({ clientId: 'any' })];
    expect(toleranceOf({ clientId: 'any', clockTolerance: most })).toBe(most);
    expect(toleranceOf({ clientId: 'any', clockTolerance: most + 1 })).toBe(usual);
    expect(PROSE).toContain(`Tolerance is ${usual} seconds, ${most} at most`);
  });

  test('every attack of the demo, and every link', () => {
    for (const attack of ATTACKS) expect(TEXT).toMatch(new RegExp(`--break ${attack}\`|\`${attack}\``));
    const links = Array.from(TEXT.matchAll(/\]\((?!https?:)([^)#]+)/g), ([, link = '']) => link);
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((link) => !existsSync(join(root, 'docs', link)))).toEqual([]);
  });
});

test.each(['README.md', 'SECURITY.md', 'packages/node/README.md'])('%s leads to it', (file) => {
  expect(read(file)).toContain('docs/threat-model.md)');
});
