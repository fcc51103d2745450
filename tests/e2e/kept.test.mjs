// What a visit leaves on the machine that runs Hedgerow: none of its secrets stands in a file of workerd or wrangler, or in what they
// write, in whatever way.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from '../../scripts/serve.mjs'
import { start } from './harness.mjs'
import { until } from './until.mjs'

const SESSION_KEY = randomBytes(32).toString('base64')
const OPERATOR_KEY = randomBytes(32).toString('hex')
let hedgerow

before(async () => (hedgerow = await start({ vars: { SESSION_KEY, OPERATOR_KEY } })))
after(() => hedgerow?.stop())

/** The ways in which bytes can stand in a file: as they are, as UTF-16, and in hex and base64, wherever a text of base64 begins. */
function spellings(bytes) {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replaceAll('=', '')
    // The first digits and the last one hold bits of what stands beside.
    return text.slice(Math.ceil((before * 4) / 3), -1)
  })
  const urls = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const hex = bytes.toString('hex')
  return [bytes, Buffer.from(bytes.toString('latin1'), 'utf16le'), ...[...base64, ...urls, hex, hex.toUpperCase()].map((text) => Buffer.from(text))]
}

/** Bytes of the base32 that cookies are written in. */
function fromBase32(text) {
  const bits = [...text].map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(digit).toString(2).padStart(5, '0')).join('')
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
}

/** Everything that is kept: each file of the state folder, of wrangler's own folder here, and what the programs wrote. */
function everything() {
  const files = [hedgerow.state, join(root, '.wrangler')].filter(existsSync).flatMap((folder) => {
    const inside = readdirSync(folder, { recursive: true }).map((name) => join(folder, name))
    return inside.flatMap((path) => {
      try {
        return statSync(path).isFile() ? [[path, readFileSync(path)]] : []
      } catch (error) {
        // Another test's, which went away meanwhile.
        if (error.code === 'ENOENT') return []
        throw error
      }
    })
  })
  return [...files, ['what the programs wrote', Buffer.from(hedgerow.logs())]]
}

/** Where bytes stand, however they are spelled. */
const places = (kept, bytes) => kept.filter(([, content]) => spellings(bytes).some((spelling) => content.includes(spelling))).map(([path]) => path)

test('what is looked for is found in every spelling', () => {
  const secret = randomBytes(20)
  for (const text of [secret, secret.toString('hex'), secret.toString('hex').toUpperCase(), secret.toString('base64'), secret.toString('base64url'), Buffer.from(secret.toString('latin1'), 'utf16le')]) {
    assert.deepEqual(places([['here', Buffer.concat([Buffer.from('before'), Buffer.from(text), Buffer.from('after')])]], secret), ['here'], text)
  }
  for (const before of ['', 'a', 'ab', 'abc']) {
    const inside = Buffer.concat([Buffer.from(before), secret, Buffer.from('more')])
    assert.deepEqual(places([['here', Buffer.from(inside.toString('base64'))]], secret), ['here'], `${before.length} before`)
  }
  assert.deepEqual(places([['here', randomBytes(1000)]], secret), [])
})

test('a visit leaves none of its secrets in a file or a line', async () => {
  const page = await hedgerow.newPage()
  const secrets = {}
  page.on('request', (request) => {
    const query = new URL(request.url()).searchParams
    for (const name of ['code', 'state']) if (query.get(name)) secrets[`${name} ${query.get(name)}`] = Buffer.from(query.get(name))
  })
  const keepCookies = async (context) => {
    for (const { name, value } of await context.cookies()) {
      if (!name.startsWith('__Host-hedgerow')) continue
      const secret = value.split('.').at(-1)
      secrets[`${name} as it is`] = Buffer.from(secret)
      secrets[`${name} as bytes`] = name === '__Host-hedgerow' ? fromBase32(secret) : Buffer.from(secret, 'base64')
    }
  }
  const ask = async (method, path, data) => {
    const answer = await page.request.fetch(path, { method, data, headers: { origin: hedgerow.base } })
    assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return answer
  }

  // Through the App.
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign in with GitHub' }).click()
  await page.waitForURL(/\/login\/oauth\/authorize/)
  await page.getByRole('button', { name: 'admin' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await keepCookies(page.context())
  assert.ok(Object.keys(secrets).filter((name) => /^(code|state) /.test(name)).length >= 2, Object.keys(secrets))

  const fabric = { name: 'kept-1', git_repository: 'acme/network', branch: 'main', gitops_directory: 'gitops/kept' }
  const { files, approval } = await (await ask('POST', '/api/plan', fabric)).json()
  const { id } = await (await ask('POST', '/api/fabrics', { ...fabric, files, approval })).json()
  const shares = []
  for (const redacted of [false, true]) {
    const share = await (await ask('POST', `/api/fabrics/${id}/shares`, { redacted })).json()
    const secret = new URL(share.url).pathname.split('/').at(-1)
    shares.push({ id: share.id ?? share.share?.id, path: `/s/${secret}` })
    secrets[`share link ${shares.length}`] = Buffer.from(secret)
    if (/^[0-9a-f]+$/.test(secret)) secrets[`share link ${shares.length} as bytes`] = Buffer.from(secret, 'hex')
  }
  const open = async ({ path }) => {
    const visitor = await hedgerow.newPage()
    const status = (await visitor.goto(path)).status()
    await visitor.getByRole('heading', { level: 1 }).waitFor()
    for (const address of [`/api/shares/${path.slice(3)}`, `${path}/badge.svg`]) await visitor.request.get(address)
    await visitor.context().close()
    return status
  }
  assert.deepEqual([await open(shares[0]), await open(shares[1])], [200, 200])
  await ask('DELETE', `/api/fabrics/${id}/shares/${shares[1].id}`)
  assert.equal(await open(shares[1]), 404)
  await hedgerow.newPage().then((visitor) => visitor.request.get('/s/aaaaaaaaaaaaaaaaaaaaaaaaaa'))

  // An operator's copy of it that was last confirmed two days ago, so that the App asks GitHub by itself.
  const operate = async (method, path, data) => {
    const answer = await page.request.fetch(`/api/operator/${path}`, { method, data, headers: { authorization: `Bearer ${OPERATOR_KEY}` } })
    assert.equal(answer.status(), 200, await answer.text())
    return answer.text()
  }
  const line = JSON.parse(await until(() => operate('GET', 'backup'), (lines) => lines.includes(id)))
  Object.assign(line.record, { id: [...id].reverse().join('').slice(1) + 'a', name: 'kept-2', gitops_directory: 'gitops/copied' })
  line.confirmed_ms -= 2 * 24 * 60 * 60 * 1000
  await operate('POST', 'restore', JSON.stringify(line))
  await fetch(`${hedgerow.base}/api/fabrics/${line.record.id}`)

  // With a token, in another browser, that ends.
  const token = `github_pat_${randomBytes(20).toString('hex')}`
  await fetch(`${hedgerow.github}/_standin/tokens`, { method: 'POST', body: JSON.stringify({ token, login: 'ada', kind: 'classic', scopes: ['repo'] }) }).then(async (answer) => assert.ok(answer.ok, await answer.text()))
  const other = await hedgerow.newPage()
  const signed = await other.request.post('/api/auth/token', { data: { token }, headers: { origin: hedgerow.base } })
  assert.equal(signed.status(), 200, await signed.text())
  await keepCookies(other.context())
  assert.equal((await other.request.post('/api/auth/logout', { headers: { origin: hedgerow.base } })).status(), 204)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()

  secrets['the token'] = Buffer.from(token)
  for (const [name, value] of Object.entries({ SESSION_KEY, OPERATOR_KEY })) {
    secrets[name] = Buffer.from(value)
    secrets[`${name} as bytes`] = Buffer.from(value, name === 'SESSION_KEY' ? 'base64' : 'hex')
  }
  const ofApps = await (await fetch(`${hedgerow.github}/_standin/secrets`)).json()
  for (const prefix of ['ghu_', 'ghr_', 'ghs_']) assert.ok(ofApps.some((secret) => secret.startsWith(prefix)), prefix)
  for (const secret of ofApps) secrets[`of GitHub: ${secret.slice(0, 6)}…`] = Buffer.from(secret)

  // Whatever waits for its alarm, and what stands in SQLite's log until then, is looked at both before and after an end.
  const look = (when) => {
    const kept = everything()
    assert.ok(places(kept, Buffer.from(fabric.gitops_directory)).some((path) => path.endsWith('.sqlite') || path.endsWith('-wal')), 'the record is found, so a secret would be')
    assert.match(hedgerow.logs(), /wrangler:info\] GET \/s\/….*\n/, 'the addresses of requests are seen, without what is secret in them')
    const found = Object.entries(secrets).map(([name, bytes]) => [name, places(kept, bytes)]).filter(([, places]) => places.length > 0)
    assert.deepEqual(found, [], when)
  }
  look('while it runs')
  await hedgerow.kill()
  look('after it was killed')
  await hedgerow.restart()
})

test('what somebody made up leaves no file of an object', async () => {
  const objects = () => readdirSync(hedgerow.state, { recursive: true }).filter((name) => name.endsWith('.sqlite'))
  const before = objects()
  assert.ok(before.length > 3, before)
  const id = () => [...randomBytes(26)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('').replace(/.$/, 'a')
  for (let time = 0; time < 12; time += 1) {
    const [hex, made] = [randomBytes(48).toString('hex'), id()]
    const paths = [`/s/${hex}`, `/api/shares/${hex}`, `/s/${made}${id()}`, `/api/shares/${made}${id()}/`, `/f/${made}`, `/f/${made}/badge.svg`, `/f/${made}/status.json`, `/api/fabrics/${made}`]
    const begun = ['/api/auth/login?return_to=/', `/api/auth/callback?code=${hex.slice(0, 20)}&state=${made}`, `/setup/callback?code=${hex}&state=${made}`]
    for (const path of [...paths, ...begun]) {
      const answer = await fetch(hedgerow.base + path, { redirect: 'manual' })
      assert.ok(answer.status !== 200 && answer.status < 500 || path.includes('badge') || path.startsWith('/setup'), `${path}: ${answer.status}`)
    }
  }
  assert.deepEqual(objects(), before)
})
