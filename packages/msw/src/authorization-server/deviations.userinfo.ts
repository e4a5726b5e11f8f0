/** How answers about the person go wrong. OIDC Core, sections 5.3.2 and 5.3.4. */

import { type Alter, member, metadataMembers, PORTAL, person } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';

export type UserinfoDeviation =
  | 'userinfo_of_another_person'
  | 'userinfo_without_sub'
  | 'userinfo_sub_is_number'
  | 'userinfo_sub_in_prototype'
  | 'userinfo_is_html'
  | 'userinfo_is_jwt'
  | 'userinfo_redirects'
  | 'userinfo_sub_only'
  | 'userinfo_not_in_metadata'
  | 'userinfo_refuses_post'
  | 'userinfo_without_authorization';

const hostile = (does: string, seen: string, alter: Alter): Deviation => ({
  does,
  seen,
  steps: ['userinfo'],
  alter,
  duty: 'Use nothing of it: it has to have the sub of the ID Token. OIDC Core, section 5.3.2.',
});

export const USERINFO: Readonly<Record<UserinfoDeviation, Deviation>> = {
  userinfo_of_another_person: hostile(
    'The userinfo is about another person.',
    'AT-52',
    person(({ sub }) => ({ sub: `${sub}invalid` })),
  ),
  userinfo_without_sub: hostile(
    'The userinfo does not say whom it is about.',
    'AT-52',
    person(() => ({ sub: undefined })),
  ),
  userinfo_sub_is_number: hostile(
    'The sub of the userinfo is a number.',
    'AT-52',
    person(() => ({ sub: 248289761001 })),
  ),
  userinfo_sub_in_prototype: {
    ...hostile(
      'The userinfo says whom it is about in a member __proto__ only.',
      'AT-33',
      person(() => ({ sub: undefined })),
    ),
    rewrite: (response, turn) =>
      response.status === 200
        ? member(`"__proto__":${JSON.stringify({ sub: turn.state.settings.users[0]?.sub ?? '' })}`)(response, turn)
        : response,
  },
  userinfo_is_html: {
    does: 'A captive portal answers for the userinfo endpoint, with a page and 200.',
    seen: 'AT-30',
    steps: ['userinfo'],
    instead: () => PORTAL,
  },
  userinfo_is_jwt: {
    does: 'The userinfo is a JWT, though nobody asked for one.',
    seen: 'OIDC Core, section 5.3.2',
    steps: ['userinfo'],
    alter: (draft) =>
      draft.type === 'json' && draft.status === 200
        ? { type: 'raw', status: 200, body: 'a.b.c', headers: { 'content-type': 'application/jwt' } }
        : draft,
  },
  userinfo_redirects: {
    does: 'The userinfo endpoint redirects to another host.',
    seen: 'AT-41',
    steps: ['userinfo'],
    instead: () => ({ type: 'redirect', status: 307, to: 'https://attacker.example/userinfo' }),
    duty: 'Follow no redirect with an access token.',
  },
  userinfo_sub_only: {
    does: 'The userinfo has nothing but sub, whatever was granted.',
    seen: 'django-oauth-toolkit',
    steps: ['userinfo'],
    alter: (draft) =>
      draft.type === 'json' && draft.status === 200 ? { ...draft, members: { sub: draft.members['sub'] } } : draft,
  },
  userinfo_not_in_metadata: {
    does: 'The metadata name no userinfo endpoint.',
    seen: 'Solid CSS',
    steps: ['metadata'],
    alter: metadataMembers(() => ({ userinfo_endpoint: undefined })),
  },
  userinfo_refuses_post: {
    does: 'The userinfo endpoint answers POST with 415.',
    seen: 'better-auth, oauth2-mock-server',
    steps: ['userinfo'],
    instead: ({ method }) => (method === 'POST' ? { type: 'raw', status: 415, body: '' } : undefined),
  },
  userinfo_without_authorization: {
    does: 'The userinfo endpoint takes every access token.',
    seen: 'oauth2-mock-server',
    steps: ['userinfo'],
    rules: { userinfoAuthorized: false },
  },
};
