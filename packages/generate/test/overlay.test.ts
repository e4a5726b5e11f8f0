/** Overlays: one description + actions -> another. OpenAPI Overlay Specification 1.0.0. */
import { describe, expect, test } from 'vitest';
import { document } from '../../api/test/description.ts';
import { applyOverlay, type Json } from '../src/overlay.ts';

const base = {
  info: { title: 'A' },
  paths: { '/a': { get: { tags: ['x'] }, post: { tags: ['y'] } } },
  list: [{ n: 1 }, { n: 2 }],
};
const apply = (...actions: Json[]): Json => applyOverlay(base, { overlay: '1.0.0', actions });

describe('an action', () => {
  test('merges objects and replaces plain values', () => {
    const result = apply({ target: '$.info', update: { title: 'B', version: '1' } });
    expect(result).toEqual({ ...base, info: { title: 'B', version: '1' } });
  });

  test('appends to arrays, whether they are the target or inside it', () => {
    const result = apply(
      { target: '$.list', update: { n: 3 } },
      { target: `$.paths['/a'].get`, update: { tags: ['z'] } },
    );
    expect(result).toMatchObject({
      list: [{ n: 1 }, { n: 2 }, { n: 3 }],
      paths: { '/a': { get: { tags: ['x', 'z'] } } },
    });
  });

  test('follows wildcards and indices', () => {
    const result = apply({ target: '$.paths.*.*', update: { seen: true } }, { target: '$.list[1]', update: { n: 9 } });
    expect(result).toMatchObject({
      paths: { '/a': { get: { seen: true }, post: { seen: true } } },
      list: [{ n: 1 }, { n: 9 }],
    });
  });

  test('removes members and entries', () => {
    expect(apply({ target: '$.paths["/a"].post', remove: true }, { target: '$.list[*]', remove: true })).toEqual({
      ...base,
      paths: { '/a': { get: { tags: ['x'] } } },
      list: [],
    });
  });

  test('leaves the description that it was given alone', () => {
    const before = JSON.stringify(base);
    apply({ target: '$.info', update: { title: 'B' } });
    expect(JSON.stringify(base)).toBe(before);
  });

  test.each(['$.nowhere', '$.list[7]', '$..info', `$.list[?(@.n == 1)]`, 'info'])(
    'with the target %s is refused',
    (target) => {
      expect(() => apply({ target, update: {} })).toThrow(/overlay/);
    },
  );
});

test('the overlay adds the parameters and claims of its vendor', () => {
  const { get } = document.paths['/authorize'] as { get: { parameters: { name: string }[] } };
  const names = get.parameters.map((one) => one.name);
  expect(names).toEqual(
    expect.arrayContaining(['audience', 'connection', 'organization', 'invitation', 'screen_hint']),
  );
  expect(document.components?.schemas?.['IdTokenClaims']?.properties).toMatchObject({ org_id: {}, org_name: {} });
  expect(document.paths).toHaveProperty(['/v2/logout', 'get', 'operationId'], 'logoutV2');
});
