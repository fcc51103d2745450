// The house stands: the Worker answers, the page starts under its own security policy, GitHub is there.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { start } from './harness.mjs'

describe('a fresh Hedgerow', () => {
  let app
  before(async () => (app = await start()))
  after(() => app?.stop())

  test('answers that it is healthy', async () => {
    const response = await fetch(`${app.base}/api/health`)
    assert.equal(response.status, 200)
    assert.equal((await response.json()).layout_version, 1)
  })

  test('has hashed files cached for ever, and the page not at all', async () => {
    const page = await fetch(`${app.base}/`)
    assert.match(page.headers.get('cache-control'), /must-revalidate/)
    const [, script] = (await page.text()).match(/src="(\/assets\/start-[0-9a-f]{16}\.js)"/)
    const response = await fetch(app.base + script)
    assert.match(response.headers.get('cache-control'), /immutable/)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  })

  test('a file of another build is 404, and that is not cached', async () => {
    for (const path of ['/assets/start-0123456789abcdef.js', '/assets/create-lazy-0123456789abcdef.wasm']) {
      const response = await fetch(app.base + path)
      assert.equal(response.status, 404, path)
      assert.equal(response.headers.get('cache-control'), 'no-store', path)
      assert.doesNotMatch(await response.text(), /<html/, path)
    }
  })

  test('starts the page without an error in the browser', async () => {
    const page = await app.newPage()
    await page.goto('/')
    await page.getByText('Hedgerow').first().waitFor()
    assert.deepEqual(page.problems, [])
  })

  test('answers 404 with a page for unknown addresses, and ignores a trailing slash', async () => {
    const page = await app.newPage()
    for (const path of ['/nowhere', '/fabrics/new', '/f/a/b']) {
      const response = await page.goto(path)
      assert.equal(response.status(), 404, path)
      await page.getByRole('link', { name: 'Create a fabric' }).waitFor()
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Nothing is at this address')
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
    }
    for (const [path, meant] of [['/fabrics/?q=x', '/fabrics?q=x'], ['/settings/', '/settings'], ['/fabrics/import/', '/fabrics/import'], ['/f/aaaaaaaaaaaaaaaaaaaaaaaaaa/', '/f/aaaaaaaaaaaaaaaaaaaaaaaaaa']]) {
      const answer = await fetch(app.base + path, { redirect: 'manual' })
      assert.deepEqual([answer.status, answer.headers.get('location')], [308, meant])
      await page.goto(path)
      assert.equal(page.url(), app.base + meant)
    }
    const { status, headers } = await fetch(`${app.base}/nowhere`)
    assert.deepEqual([status, headers.get('content-type')], [404, 'application/problem+json'])
    for (const path of ['/', '/fabrics', '/fabrics/import', '/settings']) assert.equal((await fetch(app.base + path)).status, 200, path)
  })

  test('has a GitHub to talk to', async () => {
    const response = await fetch(`${app.github}/repos/acme/network`, { headers: { authorization: 'Bearer standin-admin', 'user-agent': 'hedgerow-tests' } })
    assert.equal(response.status, 200)
    assert.equal((await response.json()).full_name, 'acme/network')
  })
})
