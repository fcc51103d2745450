// Addresses as they come through workerd and its layer of files, written as no browser would; and who may be led where.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'

let hedgerow
before(async () => { hedgerow = await start() })
after(() => hedgerow?.stop())

/** Sends a path letter for letter. */
function send(method, path, headers = {}, body = '') {
  const { hostname, port } = new URL(hedgerow.base)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part) => { text += part }).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }))
    })
    sent.on('error', reject).end(body)
  })
}

const json = { 'content-type': 'application/json' }
const token = JSON.stringify({ token: 'standin-admin' })

test('signing in has one address; what the platform takes for the same is the same, with the same guard', async () => {
  // The platform resolves these itself, before anything reads them.
  const same = ['/api/./auth/token', '/api/x/../auth/token', '/x/%2e%2e/api/auth/token', '/api\\auth\\token', '\\api/auth/token']
  const other = [
    '//api/auth/token', '///api/auth/token', '/api//auth/token', '/api/auth//token', '/api/auth/token/', '/api/auth/token//', '/API/auth/token', '/Api/Auth/Token',
    '/%61pi/auth/token', '/api/auth/%74oken', '/api%2Fauth%2Ftoken', '/%2Fapi/auth/token', '/api%5Cauth%5Ctoken', '/api/auth/token%00', '/api/auth/token%20',
    '/api/auth/token;x', '/assets/..%2Fapi/auth/token',
  ]
  const before = hedgerow.logs().length
  for (const path of other) {
    const answer = await send('POST', path, json, token)
    assert.ok([403, 404, 405].includes(answer.status), `${path}: ${answer.status}`)
    assert.equal(answer.headers['set-cookie'], undefined, path)
  }
  const logged = hedgerow.logs().slice(before)
  assert.doesNotMatch(logged, /"POST \/api\/auth\/token"/)
  for (const path of same) {
    const answer = await send('POST', path, json, token)
    // Read as that address, or as none: never as a third.
    assert.ok(answer.status === 200 || (answer.status >= 400 && !answer.headers['set-cookie']), `${path}: ${answer.status}`)
  }
})

test('no file of the page stands in for a route, and no route for a file', async () => {
  for (const path of ['//', '//fabrics', '//f/x', '/f//x', '/%66/x', '/F/x', '/S/x', '/Setup', '/setup%2F', '/index.html/', '/api', '/f', '/s', '//evil.example/', '/\\evil.example/']) {
    const answer = await send('GET', path, { accept: 'text/html' })
    const to = answer.headers.location
    // Where something leads elsewhere, it is to an address of Hedgerow.
    if (to !== undefined) assert.equal(new URL(to, hedgerow.base).origin, hedgerow.base, `${path}: ${to}`)
    else assert.ok([200, 404].includes(answer.status), `${path}: ${answer.status}`)
    assert.equal(answer.headers['set-cookie'], undefined, path)
  }
  for (const [path, status] of [['/api/health', 200], ['/api/auth/login?return_to=/', 303], ['/setup', 200], ['/fabrics/', 308]]) {
    assert.equal((await send('GET', path)).status, status, path)
  }
})

test('a key that is not ASCII, or comes twice, is refused by name', async () => {
  const signedIn = await send('POST', '/api/auth/token', json, token)
  const cookie = signedIn.headers['set-cookie'][0].split(';')[0]
  for (const key of ['schl\u00fcssel', ['one', 'two'], 'x'.repeat(129)]) {
    const answer = await send('POST', '/api/fabrics', { ...json, cookie, 'idempotency-key': key }, '{}')
    assert.equal(JSON.parse(answer.text).errors?.[0].field, 'idempotency-key', `${key}: ${answer.text}`)
  }
})

test('another site can lead a browser to pages, and not to what is a person’s own', async () => {
  const api = new URL('/api/session', hedgerow.base).href
  const login = `${hedgerow.base}/api/auth/login?return_to=/fabrics`
  // The same machine under another name is another site.
  const elsewhere = hedgerow.base.replace(/\/\/[^:]+/, hedgerow.base.includes('localhost') ? '//127.0.0.1' : '//localhost')
  const led = async (from, address) => {
    const page = await hedgerow.newPage()
    await page.goto(`${from}/settings`)
    const answered = page.waitForResponse((answer) => answer.url() === address)
    await page.evaluate((to) => { location.href = to }, address)
    return { page, status: (await answered).status() }
  }
  assert.equal((await led(hedgerow.base, api)).status, 200)
  assert.equal((await led(elsewhere, api)).status, 403)
  const stays = await led(elsewhere, login)
  await stays.page.waitForURL(`${hedgerow.base}/fabrics`)
  const leaves = await led(hedgerow.base, login)
  await leaves.page.waitForURL(/\/login\/oauth\/authorize\?/)
})
