// @vitest-environment jsdom
/** A login in jsdom: its own fetch or XMLHttpRequest, with CORS, and what it has of WebCrypto. */
import { Blob } from 'node:buffer';
import { vi } from 'vitest';
import { describePage } from './support/page-login.ts';

// The client sends what a Blob streams, and that of jsdom does not stream.
vi.stubGlobal('Blob', Blob);

describePage();
