/** A script -> what an engine without a platform says about it: QuickJS runs it, the compiler of Hermes compiles it. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { newQuickJSWASMModule } from 'quickjs-emscripten';
import { run, withFolder } from './processes.ts';

/** The language features that the core may count on. No Date, no Promise, no Proxy. */
const intrinsics = {
  BaseObjects: true,
  Eval: true,
  JSON: true,
  MapSet: true,
  RegExp: true,
  RegExpCompiler: true,
  TypedArrays: true,
  Date: false,
  Promise: false,
  Proxy: false,
  StringNormalize: false,
};

/** Takes away what the language brings and the core must not use, even though no switch turns it off. */
const STRIP = `
delete Math.random;
for (const name of ['eval', 'Function', 'escape', 'unescape', 'queueMicrotask', 'WeakRef', 'FinalizationRegistry',
  'SharedArrayBuffer', 'Atomics', 'InternalError', 'navigator', 'performance', 'gc', 'DOMException']) {
  delete globalThis[name];
}
`;

export type Evaluated = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly error: string };

/** Runs the scripts in order in one fresh context of QuickJS. @returns the last value as text, or what was thrown. */
export async function quickjs(...scripts: readonly string[]): Promise<Evaluated> {
  // A module of its own, left to the collector: taking a context down after an error of the engine can abort.
  const engine = await newQuickJSWASMModule();
  const context = engine.newRuntime().newContext({ intrinsics });
  let value = '';
  for (const script of [STRIP, ...scripts]) {
    const result = context.evalCode(script);
    if (result.error) {
      const thrown = context.dump(result.error) as { name?: string; message?: string; stack?: string };
      return { ok: false, error: `${thrown.name}: ${thrown.message}\n${thrown.stack}` };
    }
    value = String(context.dump(result.value));
  }
  return { ok: true, value };
}

const binaries: Readonly<Record<string, string>> = {
  linux: 'linux64-bin/hermesc',
  darwin: 'osx-bin/hermesc',
  win32: 'win64-bin/hermesc.exe',
};

/** What React Native's compiler has against a script: nothing, or its complaints. */
export function hermesc(script: string): Promise<string> {
  const home = dirname(createRequire(import.meta.url).resolve('hermes-compiler/package.json'));
  const binary = join(home, 'hermesc', binaries[process.platform] ?? '');
  const flags = ['-emit-binary', '-O', '-strict', '-Wundefined-variable', '-Werror=undefined-variable'];
  return withFolder({ 'core.js': script }, (folder) => {
    const { code, stdout, stderr } = run(binary, [...flags, '-out', 'core.hbc', 'core.js'], folder);
    return code === 0 ? '' : `${stdout}${stderr}`;
  });
}
