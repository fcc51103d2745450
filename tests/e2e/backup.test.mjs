// Records leave one Hedgerow as lines and come back in; and an old confirmation among them is asked again, with a token
// that workerd itself signs for.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { missing } from '../../scripts/missing.mjs'
import { root } from '../../scripts/serve.mjs'
import { start } from './harness.mjs'
import { until } from './until.mjs'

const OPERATOR_KEY = 'the-operators-key-of-the-backup-tests'
let hedgerow, folder

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hedgerow-backup-'))
  hedgerow = await start({ vars: { OPERATOR_KEY } })
})
after(async () => {
  await hedgerow?.stop()
  await rm(folder, { recursive: true, force: true })
})

const run = (what, file, key = OPERATOR_KEY, ...options) =>
  spawnSync(process.execPath, [join(root, 'scripts/backup.mjs'), what, hedgerow.base, file, ...options], { encoding: 'utf8', env: { ...process.env, OPERATOR_KEY: key } })

/** The headers of a person who is signed in. */
async function signIn() {
  const signed = await fetch(`${hedgerow.base}/api/auth/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token: 'standin-admin' }) })
  return { 'content-type': 'application/json', cookie: signed.headers.get('set-cookie').split(';')[0] }
}

/** Creates a fabric, and gives its record. */
async function create(fabric) {
  const headers = await signIn()
  const post = async (path, body) => (await fetch(hedgerow.base + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  const { files, approval } = await post('/api/plan', fabric)
  return post('/api/fabrics', { ...fabric, files, approval })
}

/** An id that is none of this Hedgerow's. */
const another = (id) => [...id.slice(0, -1)].reverse().join('') + id.at(-1)

test('fabrics that a backup lacks are missed, however many were forgotten', () => {
  const fabric = (number) => JSON.stringify({ format: 1, record: { id: `fabric-${number}` } })
  const forgotten = (number) => JSON.stringify({ format: 2, forgotten: `fabric-${number}`, version: 2 })
  const lines = (count, line, first = 0) => Array.from({ length: count }, (_, place) => `${line(first + place)}\n`).join('')
  const before = lines(10, fabric) + lines(30, forgotten, 10)
  // What was forgotten writes its rows each day; fabrics that slept do not.
  assert.deepEqual(missing(before, lines(30, forgotten, 10)), { what: 'fabrics', all: 10, gone: 10 })
  assert.deepEqual(missing(before, lines(5, fabric) + lines(30, forgotten, 10)), { what: 'fabrics', all: 10, gone: 5 })
  assert.equal(missing(before, lines(6, fabric) + lines(30, forgotten, 10)), null)
  assert.equal(missing(before, lines(40, forgotten)), null, 'they are known as forgotten')
  assert.deepEqual(missing(before, lines(10, fabric)), { what: 'lines', all: 40, gone: 30 })
  assert.equal(missing(lines(2, fabric).repeat(2), lines(2, fabric)), null, 'it has the same twice')
  assert.deepEqual(missing('no backup\n', lines(1, fabric)), { what: 'fabrics', all: 1, gone: 1 })
  assert.equal(missing('', ''), null)
  const unreadable = JSON.stringify({ format: 1, unreadable: [{ table: 'fabric', key: 'fabric-0' }] })
  assert.equal(missing(lines(1, fabric), `${unreadable}\n`), null, 'it is there as it is stored')
})

test('a backup is restored, and repositories seen two days ago are looked up again', async () => {
  const record = await create({ name: 'fabric-1', git_repository: 'acme/network', branch: 'main', gitops_directory: 'gitops/backed-up' })
  assert.equal(record.gitops_directory_status, 'initialized')
  const file = join(folder, 'hedgerow.ndjson')
  // The index follows the record by its alarm.
  await until(() => {
    const { status, stdout, stderr } = run('backup', file)
    assert.equal(status, 0, stderr)
    return stdout.startsWith('1 fabrics')
  })
  const line = JSON.parse(await readFile(file, 'utf8'))
  assert.equal(line.record.id, record.id)
  assert.match(run('restore', file).stdout, /0 restored, 1 known already/)
  assert.match(run('backup', file, 'not the key').stderr, /404/)
  // A backup never takes the place of one with a fabric more of each that it has.
  const known = await readFile(file, 'utf8')
  const whole = known + known.replaceAll(record.id, another(record.id))
  await writeFile(file, whole)
  const refused = run('backup', file)
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /has 2 fabrics, and 1 of them would be in the new backup neither as they are nor as forgotten, so the file stays/)
  assert.equal(await readFile(file, 'utf8'), whole)
  assert.equal(run('backup', file, OPERATOR_KEY, '--shrink').status, 0)

  // Another fabric, which this Hedgerow never saw: what it knows itself of one is newer.
  const id = another(line.record.id)
  Object.assign(line.record, { id, name: 'fabric-2', gitops_directory: 'gitops/seen-two-days-ago' })
  line.confirmed_ms -= 2 * 24 * 60 * 60 * 1000
  // Something that only a newer version can read.
  line.unreadable = [{ table: 'history', key: 'later', text: '{"steps":[]}' }]
  await writeFile(file, `${JSON.stringify(line)}\n`)
  assert.match(run('restore', file).stdout, /1 restored, 0 known already/)
  await until(() => {
    const again = run('backup', file, OPERATOR_KEY, '--shrink')
    assert.equal(again.status, 0, again.stderr)
    return again.stderr.includes(`1 fabrics have something that this version of Hedgerow cannot read`) && again.stderr.includes(id)
  })
  assert.match(await readFile(file, 'utf8'), /"unreadable":\[\{"table":"history","key":"later","text":"\{\\"steps\\":\[\]\}"\}\]/)
  await fetch(`${hedgerow.github}/_standin/requests`, { method: 'DELETE' })
  const asked = await until(
    async () => {
      const seen = await fetch(`${hedgerow.base}/api/fabrics/${id}`)
      assert.equal(seen.status, 200)
      return (await fetch(`${hedgerow.github}/_standin/requests`)).json()
    },
    (requests) => requests.length >= 3,
  )
  assert.deepEqual(
    asked.map(({ method, path, status, login }) => [method, path, status, login]),
    [
      ['GET', '/repos/acme/network/installation', 200, null],
      ['POST', '/app/installations/7001/access_tokens', 201, null],
      ['GET', '/repos/acme/network', 200, 'hedgerow-standin[bot]'],
    ],
    'RS256 through WebCrypto, a token for one repository, and the question itself',
  )
  assert.doesNotMatch(hedgerow.logs(), /ghs_|BEGIN RSA|the-operators-key/)

  // Whoever asks for what never was makes no table beside those of what runs workerd.
  assert.equal((await fetch(`${hedgerow.base}/api/fabrics/${'a'.repeat(26)}`, { headers: await signIn() })).status, 404)
  await hedgerow.kill()
  const tables = readdirSync(hedgerow.state, { recursive: true })
    .filter((name) => /FabricObject.[0-9a-f]+\.sqlite$/.test(name))
    .map((name) => new DatabaseSync(join(hedgerow.state, name)).prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(({ name }) => name))
  const without = tables.filter((names) => !names.includes('schema'))
  assert.deepEqual([tables.length, without.length], [3, 1], JSON.stringify(tables))
  assert.deepEqual(without[0].filter((name) => !name.startsWith('_')), [])
  assert.notEqual(without[0].length, 0, 'or it would say nothing')
  await hedgerow.restart()
})

test('where the index was lost a backup is refused, until a list has found the fabrics again', async () => {
  const file = join(folder, 'before.ndjson')
  assert.equal(run('backup', file).status, 0)
  const before = await readFile(file, 'utf8')
  const ids = (text) => text.trim().split('\n').map((line) => JSON.parse(line).record.id).sort()
  assert.equal(ids(before).length, 2, before)
  await hedgerow.kill()
  const lost = readdirSync(hedgerow.state, { recursive: true }).filter((name) => /IndexObject.[0-9a-f]+\.sqlite/.test(name))
  assert.notEqual(lost.length, 0, 'there was an index')
  for (const name of lost) await rm(join(hedgerow.state, name))
  await hedgerow.restart()

  const refused = run('backup', file)
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /has 2 fabrics, and 2 of them would be in the new backup neither as they are nor as forgotten, so the file stays/)
  assert.equal(await readFile(file, 'utf8'), before)
  const headers = await signIn()
  await until(
    () => fetch(`${hedgerow.base}/api/fabrics`, { headers }).then((answer) => answer.json()),
    ({ fabrics }) => fabrics.length === 2,
  )
  const again = run('backup', file)
  assert.equal(again.status, 0, again.stderr)
  assert.deepEqual(ids(await readFile(file, 'utf8')), ids(before))
})
