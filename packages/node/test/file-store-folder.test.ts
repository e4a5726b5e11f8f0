/** Application name -> where its sessions are kept. XDG Base Directory Specification; Windows file names. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isProofkeyError, type ProofkeyError } from '@proofkey/client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { folderFor } from '../src/folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** The same code on another platform, as far as paths go. */
const onPlatform = (platform: string, env: Record<string, string> = {}): void => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform as NodeJS.Platform);
};
afterEach(() => vi.restoreAllMocks());

const failureOf = (app: string): unknown => {
  try {
    return folderFor(app);
  } catch (error) {
    return isProofkeyError(error) ? (error as ProofkeyError).failure.code : error;
  }
};

describe('the folder of an application', () => {
  test('on Linux is below XDG_DATA_HOME, or its default', () => {
    onPlatform('linux', { XDG_DATA_HOME: '/somewhere/data' });
    expect(folderFor('my app')).toBe('/somewhere/data/my app/proofkey');
    onPlatform('linux', { XDG_DATA_HOME: '' });
    expect(folderFor('my-app')).toBe(join(homedir(), '.local/share/my-app/proofkey'));
  });

  test('on macOS is in the library of the user', () => {
    onPlatform('darwin');
    expect(folderFor('my-app')).toBe(join(homedir(), 'Library/Application Support/my-app/proofkey'));
  });

  test('on Windows is in the local place, which is not copied to servers', () => {
    onPlatform('win32', { LOCALAPPDATA: '/local', APPDATA: '/roaming' });
    expect(folderFor('my-app')).toBe('/local/my-app/Data/proofkey');
  });

  test('is refused where the environment names no absolute place', () => {
    onPlatform('linux', { XDG_DATA_HOME: 'data' });
    expect(failureOf('my-app')).toBe('invalid_settings');
  });

  test.each(['a', 'A9', 'my.app', 'My App_2-beta', 'com.example.app', 'console', `a${'b'.repeat(99)}`])(
    'may be called %j',
    (app) => {
      onPlatform('linux', { XDG_DATA_HOME: '/data' });
      expect(folderFor(app)).toBe(`/data/${app}/proofkey`);
    },
  );

  test.each([
    '',
    '.',
    '..',
    '.hidden',
    'a/b',
    'a\\b',
    '../x',
    '/etc',
    'C:x',
    'a\u0000',
    'a\n',
    ' a',
    'a ',
    'a.',
    'ü',
    'a:b',
    'a*',
    'CON',
    'nul.txt',
    'com1',
    `a${'b'.repeat(100)}`,
    undefined as unknown as string,
    7 as unknown as string,
  ])('may not be called %j', (app) => {
    expect(failureOf(app)).toBe('invalid_settings');
  });
});
