// Repositories that are older than GitHub's node ids of today, in workerd: databases from before GitHub's numbers were kept
// go on, and somebody who takes such a repository's name gets nothing of its fabrics.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { changeRepository, control, heading, signedIn } from './page.mjs'
import { until } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const repositories = ['acme/network', 'acme/private']

/** A person who asks over HTTP. */
async function person(role) {
  const signed = await fetch(`${hedgerow.base}/api/auth/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token: `standin-${role}` }) })
  const cookie = signed.headers.get('set-cookie').split(';')[0]
  const ask = async (method, path, body) => {
    const answer = await fetch(hedgerow.base + path, { method, headers: { 'content-type': 'application/json', cookie }, body: body && JSON.stringify(body) })
    return { status: answer.status, body: await answer.json().catch(() => null) }
  }
  const create = async (name, git_repository, gitops_directory) => {
    const fabric = { name, git_repository, branch: 'main', gitops_directory }
    const { files, approval } = (await ask('POST', '/api/plan', fabric)).body
    return ask('POST', '/api/fabrics', { ...fabric, files, approval })
  }
  /** The status that a socket is opened with. */
  const watch = (id) =>
    new Promise((done, failed) => {
      const headers = { cookie, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': 13, 'sec-websocket-key': 'aGVkZ2Vyb3ctb2xkLWlkcw==' }
      const asked = request(`${hedgerow.base}/api/fabrics/${id}/events`, { headers })
      asked.on('upgrade', (answer, socket) => (socket.destroy(), done(answer.statusCode)))
      asked.on('response', (answer) => (answer.resume(), done(answer.statusCode)))
      asked.on('error', failed).end()
    })
  return { ask, create, watch }
}

/** The names of a person's fabrics, once there are `count`: the index follows the records by their alarms. */
async function listed({ ask }, count) {
  const names = async () => (await ask('GET', '/api/fabrics')).body.fabrics.map(({ name }) => name).sort()
  return until(names, ({ length }) => length === count)
}

/** Puts the objects' databases into the form that they had before GitHub's numbers were kept. */
function forgetNumbers(state) {
  const files = readdirSync(state, { recursive: true }).filter((name) => name.endsWith('.sqlite'))
  const changed = new Set()
  for (const file of files) {
    const database = new DatabaseSync(join(state, file))
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(({ name }) => name)
    const statements = {
      schema: ['DROP TABLE schema'],
      place: ['ALTER TABLE place DROP COLUMN number'],
      handed_over: ['DROP TABLE handed_over', 'DROP TABLE taken_over'],
      fabrics: ['DROP INDEX fabrics_by_number', 'DROP INDEX fabrics_without_number', 'ALTER TABLE fabrics DROP COLUMN number'],
      repositories: [`UPDATE repositories SET list = replace(list, '"number"', '"unknown"')`],
    }
    for (const table of tables.filter((table) => statements[table])) {
      statements[table].forEach((statement) => database.exec(statement))
      changed.add(table)
    }
    database.close()
  }
  assert.deepEqual([...changed].sort(), ['fabrics', 'handed_over', 'place', 'repositories', 'schema'])
}

test('records under older node ids stay with their repository, not with its name', async () => {
  for (const repository of repositories) await changeRepository(hedgerow, repository, { node_ids: 'only_old' })
  let ada = await person('admin')
  const ids = {}
  for (const [name, repository] of [['east', 'acme/network'], ['west', 'acme/private']]) {
    const made = await ada.create(name, repository, `sites/${name}`)
    assert.equal(made.status, 201, JSON.stringify(made.body))
    ids[name] = made.body.id
  }
  assert.deepEqual(await listed(ada, 2), ['east', 'west'])
  const share = (await ada.ask('POST', `/api/fabrics/${ids.west}/shares`, {})).body.url
  await hedgerow.kill()
  forgetNumbers(hedgerow.state)
  await hedgerow.restart()
  for (const repository of repositories) await changeRepository(hedgerow, repository, { node_ids: 'old' })

  ada = await person('admin')
  assert.deepEqual(await listed(ada, 2), ['east', 'west'], 'found by the numbers in the older ids')
  for (const [name, repository] of [['east', 'acme/network'], ['west', 'acme/private']]) {
    assert.equal((await ada.ask('GET', `/api/fabrics/${ids[name]}`)).status, 200)
    assert.equal((await ada.ask('POST', `/api/fabrics/${ids[name]}/validate-gitops`)).body.valid, true)
    assert.equal(await ada.watch(ids[name]), 101)
    const again = await ada.create('another', repository, `sites/${name}`)
    assert.deepEqual([again.status, again.body.code, again.body.fabric], [409, 'fabric_exists', ids[name]], 'claims went along')
  }

  await control(hedgerow, 'renames', { repository: 'acme/private', name: 'private-before' })
  await changeRepository(hedgerow, 'acme/private', { permissions: { otto: 'admin' } })
  const otto = await person('outsider')
  assert.equal((await otto.ask('GET', '/api/snapshot?repository=acme/private&branch=main&directory=sites')).status, 200, 'the name is his')
  const west = `/api/fabrics/${ids.west}`
  for (const [method, path, body] of [
    ['GET', west],
    ['GET', `${west}/history`],
    ['GET', `${west}/permission`],
    ['GET', `${west}/shares`],
    ['POST', `${west}/shares`, {}],
    ['POST', `${west}/validate-gitops`],
    ['DELETE', west, {}],
    ['GET', `/f/${ids.west}/status.json`],
    ['GET', `/f/${ids.west}/badge.svg`],
  ]) assert.equal((await otto.ask(method, path, body)).status, 404, `${method} ${path}`)
  assert.equal(await otto.watch(ids.west), 404)
  assert.deepEqual(await listed(otto, 0), [])
  assert.equal((await fetch(hedgerow.base + west)).status, 404, 'it did not become public either')
  assert.deepEqual(await listed(ada, 2), ['east', 'west'])
  assert.equal((await fetch(new URL(new URL(share).pathname, hedgerow.base))).status, 200, 'people who were given the link still have it')

  const page = await signedIn(hedgerow, 'outsider')
  await page.goto(`/f/${ids.west}`)
  await heading(page, 'No such fabric')
  assert.doesNotMatch(await page.locator('body').innerText(), /west/)
})
