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

  test('serves hashed files for ever, and the page anew', async () => {
    const page = await fetch(`${app.base}/`)
    assert.match(page.headers.get('cache-control'), /must-revalidate/)
    const [, script] = (await page.text()).match(/src="(\/assets\/start-[0-9a-f]{16}\.js)"/)
    const response = await fetch(app.base + script)
    assert.match(response.headers.get('cache-control'), /immutable/)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  })

  test('a file of another build is gone, and nothing keeps that', async () => {
    for (const path of ['/assets/start-0123456789abcdef.js', '/assets/create-later-0123456789abcdef.wasm']) {
      const response = await fetch(app.base + path)
      assert.equal(response.status, 404, path)
      assert.equal(response.headers.get('cache-control'), 'no-store', path)
      assert.doesNotMatch(await response.text(), /<html/, path)
    }
  })

  test('starts the page without a complaint of the browser', async () => {
    const page = await app.newPage()
    await page.goto('/')
    await page.getByText('Hedgerow').first().waitFor()
    assert.deepEqual(page.problems, [])
  })

  test('serves the page below any path that a person may open', async () => {
    const page = await app.newPage()
    const response = await page.goto('/fabrics/new')
    assert.equal(response.status(), 200)
    await page.getByText('Hedgerow').first().waitFor()
  })

  test('has a GitHub to talk to', async () => {
    const response = await fetch(`${app.github}/repos/acme/network`, { headers: { authorization: 'Bearer standin-admin', 'user-agent': 'hedgerow-tests' } })
    assert.equal(response.status, 200)
    assert.equal((await response.json()).full_name, 'acme/network')
  })
})
