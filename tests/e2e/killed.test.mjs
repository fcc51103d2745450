// Power cuts: workerd is killed in the middle of operations of every kind and started again on the same state.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { push } from './page.mjs'
import { ask, branchOf, operationsOf, signIn, writesKept } from './power_cuts.mjs'
import { until } from './until.mjs'

/** How long GitHub takes for the write in whose middle the power goes: longer than anything that happens in the meantime. */
const NEVER_MS = 30 * 60_000
let hedgerow
let cookie

before(async () => {
  hedgerow = await start()
  cookie = await signIn(hedgerow, 'standin-admin')
})
after(() => hedgerow?.stop())

const api = (...request) => ask(hedgerow, cookie, ...request)
const control = (path, options) => fetch(`${hedgerow.github}/_standin/${path}`, options)

/** Plans something about a fabric; the plan has to come about. */
async function planned(spec, more) {
  const { name, git_repository, branch, gitops_directory } = spec
  const plan = await api('POST', '/api/plan', { name, git_repository, branch, gitops_directory, ...more })
  assert.equal(plan.status, 200, JSON.stringify(plan.body))
  return { files: plan.body.files, approval: plan.body.approval }
}

const branch = (repository, others) => branchOf(hedgerow, repository, others)
const below = ({ files }, directory) => Object.keys(files).filter((file) => file.startsWith(`${directory}/`))

/**
 * Begins all operations at once, lets `passes` writes go well, and ends the Worker in the middle of the next ones: with
 * `hangs` (a condition of the stand-in's faults for each) GitHub answers no more, and so many writes are answered or kept as `waits` says. Gives the answers that came before, and
 * starts the Worker again.
 */
async function cut(operations, { passes, hangs, waits = 0 }) {
  await control('requests', { method: 'DELETE' })
  const faults = hangs.map(({ match, skip = 0 }) => ({ match, skip, times: 1000, action: { delay_ms: NEVER_MS } }))
  await control('faults', { method: 'POST', body: JSON.stringify(faults) })
  let answered = 0
  const answers = operations.map((operation) =>
    api(...operation).then(
      (answer) => ((answered += 1), answer),
      () => null,
    ),
  )
  const isHeld = async () => {
    const requests = await control('requests').then((answer) => answer.json())
    const count = ({ match }) => requests.filter(({ method, path, graphql }) => (match.operation ? graphql?.operation === match.operation : method === match.method && path.includes(match.path_contains))).length
    return hangs.every((hang) => count(hang) > (hang.skip ?? 0))
  }
  await until(async () => ({ answered, isHeld: await isHeld() }), ({ answered, isHeld }) => answered >= passes && isHeld)
  await until(() => writesKept(hedgerow.state), (count) => count >= waits - answered)
  await hedgerow.kill()
  const known = await Promise.all(answers)
  await control('faults', { method: 'DELETE' })
  await hedgerow.restart()
  return known
}

/** Waits until nothing is under way any more: by itself, and within seconds. */
async function settled(fabrics) {
  const begun = Date.now()
  await until(async () => {
    const records = await Promise.all(fabrics.map(({ id }) => api('GET', `/api/fabrics/${id}`)))
    return records.every(({ body }) => body.gitops_directory_status !== 'initializing')
  })
  return Date.now() - begun
}

/** Holds what is told of every fabric to the branch, before anybody reads it again, and every commit of Hedgerow's since
 * `before` to a history; gives how many entries nobody knows the end of. */
async function assertHonest(fabrics, repository, before = { commits: new Map() }) {
  const records = await Promise.all(fabrics.map(async ({ id }) => (await api('GET', `/api/fabrics/${id}`)).body))
  const now = await branch(repository, records.map(({ head }) => head).filter(Boolean))
  let lost = 0
  const told = new Set()
  for (const { id, ...record } of records) {
    assert.notEqual(record.gitops_directory_status, 'initializing', `${record.name} sticks`)
    if (record.gitops_initialized) {
      const held = now.at.get(record.head)?.filter((file) => file.startsWith(`${record.gitops_directory}/`))
      assert.equal(held?.length, 14, `${record.name} says that it was initialised at ${record.head}`)
    }
    const { body: history } = await api('GET', `/api/fabrics/${id}/history`)
    for (const entry of history.entries) {
      told.add(entry.operation)
      if (entry.outcome === 'committed') {
        assert.match(now.commits.get(entry.commit) ?? '', new RegExp(`Hedgerow-Operation: ${entry.operation}`), 'the entry matches its commit')
      } else {
        assert.match(entry.outcome, /^(unconfirmed|failed|refused|unchanged)$/)
      }
      if (entry.outcome === 'unconfirmed') lost += 1
      // Of what was interrupted nobody counted the requests to the end, and nobody says a number.
      assert.equal(entry.github_requests === null, entry.outcome === 'unconfirmed', JSON.stringify(entry))
    }
  }
  for (const [commit, message] of now.commits) {
    if (before.commits.has(commit)) continue
    const operation = /Hedgerow-Operation: (\S+)/.exec(message)?.[1]
    if (operation) assert.ok(told.has(operation), `no history tells of ${message}`)
  }
  return lost
}

/** Reads every fabric again, which settles what nobody knew; then every entry of these kinds is a commit, or none was made. */
async function assertSettled(fabrics, repository, kinds) {
  for (const { id } of fabrics) {
    const report = await api('POST', `/api/fabrics/${id}/validate-gitops`, {})
    assert.equal(report.status, 200, JSON.stringify(report.body))
    const { body: record } = await api('GET', `/api/fabrics/${id}`)
    const now = await branch(repository)
    assert.equal(report.body.valid, below(now, record.gitops_directory).length === 14, record.name)
    const state = report.body.valid ? 'initialized' : below(now, record.gitops_directory).length ? 'invalid_structure' : 'not_initialized'
    assert.equal(record.gitops_directory_status, state, record.name)
    const { body: history } = await api('GET', `/api/fabrics/${id}/history`)
    for (const entry of history.entries.filter((entry) => kinds.includes(entry.kind))) {
      const made = [...now.commits].find(([, message]) => message.includes(`Hedgerow-Operation: ${entry.operation}`))
      if (made) {
        assert.deepEqual([entry.outcome, entry.commit], ['committed', made[0]], `${record.name}: ${JSON.stringify(entry)}`)
      } else {
        assert.match(entry.outcome, /^(failed|refused|unchanged)$/, `${record.name}: ${JSON.stringify(entry)}`)
        assert.equal(entry.commit, null)
      }
    }
  }
}

const spec = (name, directory, repository = 'acme/fleet') => ({ name, git_repository: repository, branch: 'main', gitops_directory: directory })

/** Twenty creations by one person, of which one is done, and the power goes while GitHub has the commit of others. */
async function creations(name) {
  const specs = Array.from({ length: 20 }, (_, number) => spec(`${name}-${number}`, `${name}/site-${number}`))
  const bodies = await Promise.all(specs.map(async (spec) => ({ ...spec, ...(await planned(spec)) })))
  const operations = bodies.map((body, number) => ['POST', '/api/fabrics', body, `${name}-${number}`])
  const known = (await cut(operations, { passes: 1, hangs: [{ match: { operation: 'Commit' }, skip: 1 }], waits: 20 })).filter(Boolean)
  assert.ok(known.length >= 1 && known.length < 20, `the power went in the middle, after ${known.length}`)
  const list = async () => (await api('GET', `/api/fabrics?query=${name}`)).body.fabrics
  const fabrics = await until(list, (fabrics) => fabrics.length === 20)
  for (const { body } of known) assert.ok(fabrics.some((fabric) => fabric.id === body.id), 'what was answered is kept')
  return { operations, known, fabrics }
}

test('with the App, twenty creations in whose middle workerd was killed are finished by themselves, each once', async () => {
  const { known, fabrics } = await creations('app')
  const done = async () => (await Promise.all(fabrics.map(({ id }) => api('GET', `/api/fabrics/${id}`)))).map(({ body }) => body.gitops_directory_status)
  await until(done, (states) => states.every((state) => state === 'initialized'))
  assert.equal(await assertHonest(fabrics, 'acme/fleet'), 0, 'nothing is unconfirmed')
  await assertSettled(fabrics, 'acme/fleet', ['create'])
  const now = await branch('acme/fleet')
  const operations = operationsOf(now)
  assert.equal(new Set(operations).size, operations.length, 'each operation is in one commit')
  console.log(`# with the App: ${known.length} of 20 were answered before the kill, the rest went on by itself, in ${now.commits.size - 1} commits`)
})

test('without the App, what workerd was killed in the middle of is told as it is, and the same keys finish it once', async () => {
  await hedgerow.stop()
  hedgerow = await start({ vars: { GITHUB_APP_PRIVATE_KEY: '' } })
  cookie = await signIn(hedgerow, 'standin-admin')
  const { operations, known, fabrics } = await creations('token')
  const took = await settled(fabrics)
  assert.ok(took < 10_000, `something stuck for ${took} ms`)
  const lost = await assertHonest(fabrics, 'acme/fleet')
  const told = await Promise.all(fabrics.map(({ id }) => api('GET', `/api/fabrics/${id}/history`)))
  const unsent = told.filter(({ body }) => body.entries.some(({ partly }) => partly === 'interrupted')).length
  assert.equal(known.length + lost + unsent, 20, `${known.length} answered, ${lost} unconfirmed, ${unsent} not sent`)
  const again = await Promise.all(operations.map((operation) => api(...operation)))
  for (const { status, body } of again) assert.deepEqual([status, body.gitops_directory_status], [201, 'initialized'], JSON.stringify(body))
  assert.deepEqual(new Set(again.map(({ body }) => body.id)), new Set(fabrics.map(({ id }) => id)), 'they are the same fabrics')
  await assertSettled(fabrics, 'acme/fleet', ['create'])
  const made = operationsOf(await branch('acme/fleet'))
  assert.equal(new Set(made).size, made.length, 'each operation is in one commit')
  console.log(`# without the App: ${known.length} of 20 were answered before the kill, ${lost} were unconfirmed, ${unsent} not sent`)
})

test('workerd killed during repairs, initialisations and a move loses no file and leaves true records', async () => {
  const specs = Array.from({ length: 12 }, (_, number) => spec(`repair-${number}`, `repairs/repair-${number}`))
  const moving = spec('moving', 'places/old', 'acme/network')
  const fabrics = []
  for (const spec of [...specs, moving]) {
    const created = await api('POST', '/api/fabrics', { ...spec, ...(await planned(spec)) })
    assert.equal(created.body.gitops_directory_status, 'initialized', JSON.stringify(created.body))
    fabrics.push(created.body)
  }
  const moved = fabrics.pop()
  const theirs = 'Words of somebody.\n'
  await push(hedgerow, Object.fromEntries(specs.flatMap(({ gitops_directory: at }) => [[`${at}/raw/README.md`, null], [`${at}/managed/README.md`, theirs]])), { repository: 'acme/fleet' })
  const damaged = await branch('acme/fleet')
  const old = await branch('acme/network')
  const to = { gitops_directory: 'places/new' }
  const { approval } = await planned(moving, { to })
  const operations = await Promise.all(
    fabrics.map(async ({ id, ...fabric }, number) =>
      number % 2
        ? ['POST', `/api/fabrics/${id}/repair`, await planned(fabric, { repair: true })]
        : ['POST', `/api/fabrics/${id}/init-gitops`, await planned(fabric)],
    ),
  )
  operations.push(['PATCH', `/api/fabrics/${moved.id}`, { ...to, approval }])
  const hangs = [{ match: { operation: 'Commit' } }, { match: { method: 'PATCH', path_contains: '/git/refs/' } }]
  const known = await cut(operations, { passes: 0, hangs })
  assert.equal(known.at(-1), null, 'the move was under way')
  await settled([...fabrics, moved])

  const lost = (await assertHonest(fabrics, 'acme/fleet', damaged)) + (await assertHonest([moved], 'acme/network', old))
  // The first repair or those that shared its commit, and the move in the other repository.
  assert.ok(lost >= 2, `${lost} were lost`)
  await assertSettled(fabrics, 'acme/fleet', ['create', 'repair', 'initialize'])
  await assertSettled([moved], 'acme/network', ['create', 'change'])

  // Each is as it was or repaired, and nothing else: what somebody wrote is untouched.
  const after = await branch('acme/fleet')
  for (const { gitops_directory: at } of fabrics) {
    const repaired = below(after, at).length === 14
    const expected = new Set([...below(damaged, at), ...(repaired ? [`${at}/raw/README.md`] : [])])
    assert.deepEqual(new Set(below(after, at)), expected)
    assert.equal(after.files[`${at}/managed/README.md`], damaged.files[`${at}/managed/README.md`])
  }
  // The move happened or it did not; the record says which, and its files are in that place with the same bytes.
  const now = await branch('acme/network')
  const { body: record } = await api('GET', `/api/fabrics/${moved.id}`)
  const [place, other] = record.gitops_directory === 'places/new' ? ['places/new', 'places/old'] : ['places/old', 'places/new']
  assert.equal(below(now, place).length, 14)
  assert.deepEqual(below(now, other), [])
  const own = ['README.md', 'directory-info.json']
  for (const file of below(old, 'places/old').filter((file) => !own.some((name) => file.endsWith(name)))) {
    assert.equal(now.files[file.replace('places/old', place)], old.files[file])
  }

  // What was not done can be done now, the move as well.
  const left = fabrics.find(({ gitops_directory: at }) => below(after, at).length < 14)
  assert.ok(left, 'the one that was being written is not repaired')
  const again = await api('POST', `/api/fabrics/${left.id}/repair`, await planned(left, { repair: true }))
  assert.equal(again.body.gitops_directory_status, 'initialized', JSON.stringify(again.body))
  if (place === 'places/old') {
    const { approval } = await planned(moving, { to })
    const patched = await api('PATCH', `/api/fabrics/${moved.id}`, { ...to, approval })
    assert.equal(patched.body.gitops_directory, 'places/new', JSON.stringify(patched.body))
  }
  console.log(`# repairing and moving: ${known.filter(Boolean).length} of ${operations.length} were answered before the kill, ${lost} were unconfirmed`)
})

test('a creation whose Worker was killed goes on under its key, as the same fabric', async () => {
  for (const [number, hangs] of [{ operation: 'Snapshot' }, { operation: 'Commit' }].entries()) {
    const wanted = spec(`again-${number}`, `again/again-${number}`)
    const body = { ...wanted, ...(await planned(wanted)) }
    const key = `again-${number}-${Date.now()}`
    await control('requests', { method: 'DELETE' })
    await control('faults', { method: 'POST', body: JSON.stringify([{ match: hangs, times: 1, action: { delay_ms: NEVER_MS } }]) })
    const first = api('POST', '/api/fabrics', body, key).catch(() => null)
    await until(async () => {
      const requests = await control('requests').then((answer) => answer.json())
      return requests.some(({ graphql }) => graphql?.operation === hangs.operation)
    })
    await hedgerow.kill()
    assert.equal(await first, null)
    await control('faults', { method: 'DELETE' })
    await hedgerow.restart()
    const again = await api('POST', '/api/fabrics', body, key)
    assert.equal(again.status, 201, JSON.stringify(again.body))
    assert.equal(again.body.gitops_directory_status, 'initialized')
    assert.deepEqual((await api('POST', '/api/fabrics', body, key)).body, again.body)
    const { commits } = await branch('acme/fleet')
    const made = [...commits.values()].filter((message) => message.includes(`Hedgerow-Operation: ${again.body.operation.operation}`))
    assert.equal(made.length, 1)
    const listed = await until(async () => (await api('GET', `/api/fabrics?query=${wanted.gitops_directory}`)).body.fabrics, (fabrics) => fabrics.length > 0)
    assert.deepEqual(listed.map(({ id }) => id), [again.body.id])
  }
})
