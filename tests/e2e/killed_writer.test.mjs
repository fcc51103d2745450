// Power cuts in every phase of a commit that several writes share: each write is finished once, and nobody is held up.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { start } from './harness.mjs'
import { changeRepository, clearFaults, control } from './page.mjs'
import { ask, branchOf, operationsOf, signIn, writesKept } from './power_cuts.mjs'
import { until } from './until.mjs'

/** Longer than anything that happens in the meantime. */
const NEVER_MS = 30 * 60_000
const REPOSITORY = 'acme/fleet'
const APP = 'hedgerow-standin[bot]'
let hedgerow
afterEach(() => hedgerow?.stop())

const api = (...request) => ask(hedgerow, ...request)
const hangs = (match) => ({ match, times: 1000, action: { delay_ms: NEVER_MS } })
const asksFor = (match) => (request) => request.graphql?.operation === match.operation && request.login === match.login

/** What GitHub does with the shared commit of `login`, and the request in whose middle the power goes. */
function phases(login) {
  const commit = { operation: 'Commit', login }
  const lost = { match: commit, times: 1, action: { drop: 'after' } }
  const history = { operation: 'History', login }
  return [
    ['it reads the branch for all', [hangs({ operation: 'Snapshot', login })], { operation: 'Snapshot', login }],
    ['it sends the commit', [hangs(commit)], commit],
    ['it looks for the commit that was not answered', [lost, hangs(history)], history],
    ['the commit is made, and nobody was told', [], commit],
  ]
}

/** Somebody's creation is under way, those of `others` wait and then share a commit, and the power goes in its middle. Gives the creations, and how
 * long it took until `isOver` held of the state of each. */
async function cut(name, others, [phase, faults, reached], isOver) {
  const [first] = others
  const writes = [first, ...others].map((cookie, number) => ({
    cookie,
    key: `${name}-${number}`,
    wanted: { name: `${name}-${number}`, git_repository: REPOSITORY, branch: 'main', gitops_directory: `${name}/site-${number}` },
  }))
  for (const write of writes) {
    const { status, body } = await api(write.cookie, 'POST', '/api/plan', write.wanted)
    assert.equal(status, 200, JSON.stringify(body))
    write.body = { ...write.wanted, files: body.files, approval: body.approval }
  }
  const create = ({ cookie, body, key }) => api(cookie, 'POST', '/api/fabrics', body, key)
  await control(hedgerow, 'faults', { match: { operation: 'Commit', login: 'ada' }, times: 1, action: { delay_ms: NEVER_MS } })
  const answers = writes.map((write) => create(write).catch(() => null))
  await until(() => writesKept(hedgerow.state), (count) => count === writes.length)
  await control(hedgerow, 'faults', faults)
  await fetch(`${hedgerow.github}/_standin/requests`, { method: 'DELETE' })
  await control(hedgerow, 'release', {})
  await until(async () => (await (await fetch(`${hedgerow.github}/_standin/requests`)).json()).some(asksFor(reached)))
  await hedgerow.kill()
  await Promise.all(answers)
  await clearFaults(hedgerow)
  await hedgerow.restart()
  const begun = Date.now()
  const fabrics = async () => (await api(first, 'GET', `/api/fabrics?query=${name}/`)).body.fabrics
  const found = await until(fabrics, (list) => list.length === writes.length && list.every(({ gitops_directory_status: state }) => isOver(state)))
  const took = Date.now() - begun
  assert.ok(took < 10_000, `${phase}: something stuck for ${took} ms`)
  return { writes, create, found, took }
}

/** The same keys tell how each creation ended, as the same fabric: it is in one commit of the branch. */
async function assertOnce({ writes, create, found }, phase) {
  const answers = await Promise.all(writes.map(create))
  for (const { status, body } of answers) assert.deepEqual([status, body.gitops_directory_status], [201, 'initialized'], `${phase}: ${JSON.stringify(body)}`)
  assert.deepEqual(new Set(answers.map(({ body }) => body.id)), new Set(found.map(({ id }) => id)), phase)
  const now = await branchOf(hedgerow, REPOSITORY)
  const made = operationsOf(now)
  for (const { body } of answers) assert.equal(made.filter((operation) => operation === body.operation.operation).length, 1, phase)
  for (const { wanted } of writes) {
    const files = Object.keys(now.files).filter((file) => file.startsWith(`${wanted.gitops_directory}/`))
    assert.equal(files.length, 14, phase)
  }
}

test('with the App, a commit for several people goes on by itself wherever the power went', async () => {
  hedgerow = await start()
  await changeRepository(hedgerow, REPOSITORY, { permissions: { ada: 'admin', rhea: 'write', otto: 'write' } })
  const people = []
  for (const token of ['standin-admin', 'standin-reader', 'standin-outsider']) people.push(await signIn(hedgerow, token))
  for (const [number, phase] of phases(APP).entries()) {
    // Nobody has to ask.
    const ended = await cut(`app-${number}`, people, phase, (state) => state === 'initialized')
    await assertOnce(ended, phase[0])
    console.log(`# ${phase[0]}: over after ${ended.took} ms`)
  }
})

test("without the App, a commit of one person's writes is told as it is, and the same keys finish each once", async () => {
  hedgerow = await start({ vars: { GITHUB_APP_PRIVATE_KEY: '' } })
  const ada = await signIn(hedgerow, 'standin-admin')
  // Those before are cut in `killed.test.mjs`.
  for (const [number, phase] of phases('ada').slice(2).entries()) {
    const ended = await cut(`own-${number}`, [ada, ada], phase, (state) => state !== 'initializing')
    await assertOnce(ended, phase[0])
    console.log(`# ${phase[0]}: over after ${ended.took} ms`)
  }
})
