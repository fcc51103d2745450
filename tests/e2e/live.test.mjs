// What only workerd and a browser can show of sharing: live pages, pages without JavaScript, badges.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { changeRepository, control, push, stopClock } from './page.mjs'
import { until } from './until.mjs'

let hedgerow
let cookie
let id

const api = async (method, path, body) => {
  const headers = { cookie, 'content-type': 'application/json' }
  const answer = await fetch(hedgerow.base + path, { method, headers, body: body && JSON.stringify(body) })
  return { status: answer.status, headers: answer.headers, body: await answer.json().catch(() => null) }
}

const fabric = (name, directory) => ({ name, git_repository: 'acme/network', branch: 'main', gitops_directory: directory })

async function create(spec) {
  const plan = await api('POST', '/api/plan', spec)
  assert.equal(plan.status, 200, JSON.stringify(plan.body))
  const { files, approval } = plan.body
  const made = await api('POST', '/api/fabrics', { ...spec, files, approval })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.id
}

before(async () => {
  hedgerow = await start()
  const answer = await fetch(`${hedgerow.base}/api/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: 'standin-admin' }),
  })
  cookie = answer.headers.getSetCookie()[0].split(';')[0]
  id = await create(fabric('fabric-1', 'gitops/live'))
  await published(id)
})
after(() => hedgerow?.stop())

/** Waits until everybody may read that a fabric is initialised: its public copy is written right after the record. */
async function published(id) {
  await until(async () => {
    const answer = await fetch(`${hedgerow.base}/f/${id}/status.json`)
    return answer.ok && (await answer.json()).state === 'initialized'
  })
}

/**
 * Opens the status page in a browser of its own, and keeps what a socket of the page's own origin tells. After a socket's
 * last message Chromium leaves the other side two seconds to hang up before it says that the socket is closed, so how
 * soon it says so measures nothing.
 */
async function watching(prepare) {
  const page = await hedgerow.newPage()
  await prepare?.(page)
  await page.goto(`/f/${id}`)
  await page.evaluate((id) => {
    window.told = []
    const socket = (window.socket = new WebSocket(`${location.origin.replace('http', 'ws')}/api/fabrics/${id}/events`))
    socket.onmessage = (event) => window.told.push({ record: JSON.parse(event.data) })
    socket.onclose = (event) => (window.ended = event.code)
  }, id)
  await page.waitForFunction(() => window.told.length === 1)
  return page
}

/** Waits until the last record that a page was told has this state. */
const told = (page, state) => page.waitForFunction((state) => window.told.at(-1).record.gitops_directory_status === state, state)

/**
 * A socket that is not a browser's. `ended` waits until the other side ends it: the code is known seconds later, so browsers
 * look at that.
 */
async function socket(id, headers = {}) {
  const told = []
  const socket = new WebSocket(`${hedgerow.base.replace('http', 'ws')}/api/fabrics/${id}/events`, { headers })
  socket.onmessage = (event) => told.push(JSON.parse(event.data))
  const isOpen = await new Promise((done) => {
    socket.onopen = () => done(true)
    socket.onerror = () => done(false)
  })
  if (isOpen) await until(() => told.length === 1)
  return { told, isOpen, ended: () => until(() => socket.readyState >= WebSocket.CLOSING), close: () => socket.close() }
}

/** Signs somebody in, and gives the cookie. */
async function signedInAs(token) {
  const body = JSON.stringify({ token })
  const answer = await fetch(`${hedgerow.base}/api/auth/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return answer.headers.getSetCookie()[0].split(';')[0]
}

const state = (page) => page.getByText('Broken', { exact: true }).first()

test('two browsers show what a third did without asking', async () => {
  const watched = () => watching((page) => page.clock.install())
  const pages = [await watched(), await watched()]
  const first = await pages[0].evaluate(() => window.told[0].record)
  assert.equal(first.gitops_directory_status, 'initialized')
  assert.equal(first.operation, undefined, 'who did what is not for everybody')
  await push(hedgerow, { 'gitops/live/raw/README.md': null })
  for (const page of pages) {
    await page.getByText('Updates live', { exact: true }).waitFor()
    assert.equal(await state(page).count(), 0)
    await stopClock(page)
    page.on('request', (request) => request.url().endsWith(`/api/fabrics/${id}`) && assert.fail('the page asked'))
  }
  const validated = await api('POST', `/api/fabrics/${id}/validate-gitops`, {})
  assert.equal(validated.body.valid, false)
  for (const page of pages) {
    await state(page).waitFor()
    await told(page, 'invalid_structure')
    const { record } = await page.evaluate(() => window.told.at(-1))
    assert.ok(record.version > first.version, 'a whole record with its version')
    assert.deepEqual(record.drift.findings.map((finding) => finding.path), ['gitops/live/raw/README.md'])
  }
  // Put it right again, through the API as well.
  const spec = fabric('fabric-1', 'gitops/live')
  const plan = await api('POST', '/api/plan', { ...spec, repair: true })
  const { files, approval } = plan.body
  const repaired = await api('POST', `/api/fabrics/${id}/repair`, { files, approval })
  assert.equal(repaired.status, 200, JSON.stringify(repaired.body))
  for (const page of pages) {
    await told(page, 'initialized')
    const states = await page.evaluate(() => window.told.map(({ record }) => record.gitops_directory_status))
    assert.ok(states.includes('initializing'), 'the write itself was seen')
    await page.context().close()
  }
})

test('without a WebSocket an ETag answers whether something changed', async () => {
  const path = `/api/fabrics/${id}`
  const first = await api('GET', path)
  const tag = first.headers.get('etag')
  const same = await fetch(hedgerow.base + path, { headers: { cookie, 'if-none-match': tag } })
  assert.equal(same.status, 304)
  const plain = await fetch(`${hedgerow.base}${path}/events`)
  assert.equal(plain.status, 426)
  await api('POST', `${path}/validate-gitops`, {})
  const changed = await fetch(hedgerow.base + path, { headers: { cookie, 'if-none-match': tag } })
  assert.equal(changed.status, 200)
})

test('a page that gets no socket asks with a tag, and shows what changed within two seconds of its clock', async () => {
  const spec = fabric('asked-for', 'gitops/asked')
  id = await create(spec)
  await published(id)
  const page = await hedgerow.newPage()
  await page.clock.install()
  await page.routeWebSocket(/\/events$/, (socket) => socket.close())
  const answers = []
  page.on('response', (response) => response.url().endsWith(`/api/fabrics/${id}`) && answers.push(response.status()))
  const asked = page.waitForResponse((response) => response.url().endsWith(`/api/fabrics/${id}`) && response.status() === 304)
  await page.goto(`/f/${id}`)
  await asked
  assert.ok(answers.length >= 3 && answers.slice(0, -1).every((status) => status === 200), `${answers}`)
  await push(hedgerow, { 'gitops/asked/raw/README.md': null })
  await stopClock(page)
  assert.equal(await state(page).count(), 0)
  await api('POST', `/api/fabrics/${id}/validate-gitops`, {})
  await page.clock.runFor(2_000)
  await state(page).waitFor()
  await page.getByText('1 missing').waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a page whose socket is closed reconnects, and misses nothing', async () => {
  id = await create(fabric('come-again', 'gitops/again'))
  await published(id)
  const page = await hedgerow.newPage()
  await page.clock.install()
  const sockets = []
  let held = false
  await page.routeWebSocket(/\/events$/, (socket) => {
    const isFirst = sockets.push(socket) === 1
    const server = socket.connectToServer()
    if (isFirst) server.onMessage((message) => held || socket.send(message))
  })
  await page.goto(`/f/${id}`)
  const live = page.getByText('Updates live', { exact: true })
  await live.waitFor()
  await push(hedgerow, { 'gitops/again/raw/README.md': null })
  await stopClock(page)
  assert.equal(await state(page).count(), 0)
  held = true
  await api('POST', `/api/fabrics/${id}/validate-gitops`, {})
  await sockets[0].close({ code: 4401, reason: 'connect again' })
  // A lost socket is left alone for ten seconds; one that was asked to come again is not lost.
  await page.clock.runFor(2_000)
  await state(page).waitFor()
  await live.waitFor()
  assert.equal(sockets.length, 2)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a page whose socket hangs opens no second one, and polls meanwhile', async () => {
  const page = await hedgerow.newPage()
  let sockets = 0
  await page.routeWebSocket(/\/events$/, () => {
    sockets += 1
    return new Promise(() => {})
  })
  await page.clock.install()
  const asked = () => page.waitForResponse((response) => response.url().endsWith(`/api/fabrics/${id}`) && response.status() === 304)
  const first = asked()
  await page.goto(`/f/${id}`)
  await first
  const again = asked()
  await page.clock.fastForward(8_000)
  await again
  await page.getByText('Checks every few seconds').waitFor()
  assert.equal(sockets, 1)
  // After that long it is given up, and another is tried some time later.
  await page.clock.fastForward(10_000)
  await asked()
  assert.equal(sockets, 1)
  await page.clock.fastForward(12_000)
  await asked()
  assert.equal(sockets, 2)
  await page.context().close()
})

test('watching needs read access, and forgetting a fabric closes its sockets', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  const refused = await page.evaluate(
    (id) => new Promise((done) => (new WebSocket(`${location.origin.replace('http', 'ws')}/api/fabrics/${id}/events`).onerror = () => done(true))),
    'a'.repeat(26),
  )
  assert.equal(refused, true)
  await page.context().close()
  id = await create(fabric('short-lived', 'gitops/short'))
  await published(id)
  const watcher = await watching((page) => page.clock.install())
  await watcher.getByText('Updates live', { exact: true }).waitFor()
  assert.equal(await watcher.getByText('No such fabric').count(), 0)
  await stopClock(watcher)
  assert.equal((await api('DELETE', `/api/fabrics/${id}`)).status, 200)
  await watcher.waitForFunction(() => window.socket.readyState >= WebSocket.CLOSING)
  // The page's own socket ends at that time, too; it looks twice a second.
  await until(async () => (await watcher.clock.runFor(500), await watcher.getByText('No such fabric').count()))
  assert.equal(await watcher.getByText('short-lived').count(), 0)
  await watcher.waitForFunction(() => window.ended === 4404)
  await watcher.context().close()
})

test('when a repository becomes private and is renamed, everybody is disconnected before anything new is sent', async () => {
  id = await create(fabric('hidden-soon', 'gitops/hidden'))
  await published(id)
  const visitor = await watching()
  const reader = await watching(async (page) => {
    await page.goto('/settings')
    await page.evaluate(() => fetch('/api/auth/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"token":"standin-reader"}' }))
  })
  const cookies = { stranger: await signedInAs('standin-outsider'), reader: await signedInAs('standin-reader') }
  const sockets = [await socket(id, { cookie: cookies.stranger }), await socket(id, { cookie: cookies.reader })]
  await changeRepository(hedgerow, 'acme/network', { private: true })
  await control(hedgerow, 'renames', { repository: 'acme/network', name: 'acquisition' })
  try {
    await push(hedgerow, { 'gitops/hidden/raw/README.md': null }, { repository: 'acme/acquisition' })
    await api('POST', `/api/fabrics/${id}/validate-gitops`, {})
    await visitor.getByRole('heading', { name: 'No such fabric' }).waitFor()
    for (const page of [visitor, reader]) {
      await page.waitForFunction(() => window.ended === 4401)
      const states = await page.evaluate(() => window.told.map(({ record }) => record.gitops_directory_status))
      assert.deepEqual(states, ['initialized'], 'nothing was told that was found after it became private')
    }
    for (const { told, ended } of sockets) {
      await ended()
      assert.equal(told.length, 1)
    }
    // The reader's page connects again by itself.
    await reader.getByText('Broken', { exact: true }).waitFor()
    assert.equal((await socket(id, { cookie: cookies.stranger })).isOpen, false)
    const again = await socket(id, { cookie: cookies.reader })
    assert.deepEqual([again.told[0].visibility, again.told[0].git_repository], ['private', 'acme/acquisition'])
    again.close()
    assert.equal((await fetch(`${hedgerow.base}/f/${id}/status.json`)).status, 404)
  } finally {
    await changeRepository(hedgerow, 'acme/acquisition', { private: false })
    await control(hedgerow, 'renames', { repository: 'acme/acquisition', name: 'network' })
  }
  await visitor.context().close()
  await reader.context().close()
})

test('signing out ends the sockets of the session, and no other', async () => {
  id = await create(fabric('signed-out', 'gitops/signed-out'))
  await published(id)
  const cookie = await signedInAs('standin-reader')
  const [mine, visitor] = [await socket(id, { cookie }), await socket(id)]
  assert.equal((await fetch(`${hedgerow.base}/api/auth/logout`, { method: 'POST', headers: { cookie } })).status, 204)
  await mine.ended()
  const again = await socket(id, { cookie })
  assert.deepEqual([again.isOpen, again.told[0].operation], [true, undefined], 'as everybody')
  again.close()
  await api('POST', `/api/fabrics/${id}/validate-gitops`, {})
  await until(() => visitor.told.length > 1)
  assert.equal(mine.told.length, 1)
  visitor.close()
})

test('one address has a share of the sockets of a fabric, and who may push gets one from there too', async () => {
  id = await create(fabric('crowded', 'gitops/crowded'))
  await published(id)
  const from = { 'cf-connecting-ip': '192.0.2.7' }
  const crowd = []
  for (let opened = 0; opened < 100; opened += 1) crowd.push(await socket(id, from))
  assert.equal(crowd.filter(({ isOpen }) => isOpen).length, 100)
  assert.equal((await socket(id, from)).isOpen, false)
  const stranger = await signedInAs('standin-outsider')
  assert.equal((await socket(id, { ...from, cookie: stranger })).isOpen, false)
  const elsewhere = await socket(id, { 'cf-connecting-ip': '192.0.2.8' })
  const owner = await socket(id, { ...from, cookie })
  assert.deepEqual([elsewhere.isOpen, owner.isOpen], [true, true])
  for (const { close } of [...crowd, elsewhere, owner]) close()
})

test('a page without JavaScript shows the state, and the badge has a light and a dark theme', async () => {
  id = await create(fabric('fabric-2', 'gitops/shared'))
  await published(id)
  const context = await hedgerow.newContext({ javaScriptEnabled: false })
  const plain = await context.newPage()
  const response = await plain.goto(`/f/${id}`)
  assert.equal(response.status(), 200)
  await plain.getByRole('heading', { name: 'fabric-2', level: 1 }).waitFor()
  await plain.getByText(/^healthy$/i).waitFor()
  await plain.getByText('acme/network@main:gitops/shared').waitFor()
  assert.match(response.headers()['content-security-policy'] ?? '', /default-src 'none'/)
  await context.close()
  for (const colorScheme of ['light', 'dark']) {
    const page = await hedgerow.newPage({ colorScheme })
    await page.goto(`/f/${id}`)
    const size = await page.evaluate(async (id) => {
      const image = new Image()
      image.src = `/f/${id}/badge.svg`
      await image.decode()
      return [image.naturalWidth, image.naturalHeight]
    }, id)
    assert.equal(size[1], 20)
    assert.ok(size[0] > 80, `${size}`)
    // The whole page takes the place of the first one.
    await page.locator('#loading').waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'fabric-2', level: 1 }).waitFor()
    assert.deepEqual(page.problems, [])
    await page.context().close()
  }
})
