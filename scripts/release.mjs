// The release as it would be deployed, except that the page may talk to a GitHub of this machine.
import { readdirSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './serve.mjs'

const dist = join(root, 'dist')

/** Tells whether the release was built last: only it has a program for the rest of the pages. */
export function isRelease() {
  try {
    return readdirSync(join(dist, 'assets')).some((file) => /^console-[0-9a-f]{16}\.wasm$/.test(file))
  } catch {
    return false
  }
}

/** Copies the built page to `folder` and lets it ask GitHub at `api` instead of the address that it was built for. */
export async function releaseFor(api, folder) {
  await cp(dist, folder, { recursive: true })
  const file = join(folder, '_headers')
  const headers = await readFile(file, 'utf8')
  const allowed = /(connect-src 'self') [^;\n]+/
  if (!allowed.test(headers)) throw new Error('dist/_headers does not say what the page may talk to')
  await writeFile(file, headers.replace(allowed, (_, own) => `${own} ${new URL(api).origin}`))
  return folder
}
