// Which program of the release a page runs, and what the browser objects to.
import assert from 'node:assert/strict'
import { isRelease } from '../../scripts/release.mjs'

/** Fails where something else than the release was built last. */
export function wants() {
  assert.ok(isRelease(), 'dist does not hold the release: run scripts/build.sh release')
}

/** Has the page keep every violation of its security policy among its problems, too. */
export async function follow(page) {
  await page.exposeFunction('objected', (what) => page.problems.push(what))
  const listen = () => addEventListener('securitypolicyviolation', (event) => window.objected(`${event.violatedDirective}: ${event.blockedURI}`))
  await page.addInitScript(listen)
  await page.evaluate(listen)
  return page
}

/** The program that this document has loaded: `create` or `console`, and never both. */
export async function program(page) {
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname))
  const programs = loaded.flatMap((path) => path.match(/^\/assets\/(create|console)-[0-9a-f]{16}\.wasm$/)?.[1] ?? [])
  assert.equal(new Set(programs).size, 1, loaded.join(' '))
  return programs[0]
}
