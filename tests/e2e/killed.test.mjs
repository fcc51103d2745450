// Power cuts: workerd is killed in the middle of twenty operations and started again on the same state.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'

const LEASE_SECONDS = 12
let hedgerow
let cookie

before(async () => (hedgerow = await start({ vars: { OPERATION_LEASE_SECONDS: `${LEASE_SECONDS}` } })))
after(() => hedgerow?.stop())

const api = async (method, path, body) => {
  const headers = { cookie, 'content-type': 'application/json' }
  const answer = await fetch(hedgerow.base + path, { method, headers, body: body && JSON.stringify(body) })
  return { status: answer.status, body: await answer.json().catch(() => null) }
}

/** Every commit of the branch with its message and the tree of a directory. */
async function branch() {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-killed-'))
  const git = (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } }).trim()
  try {
    git('clone', '--quiet', `${hedgerow.github}/acme/fleet.git`, '.')
    git('fsck', '--strict', '--no-dangling')
    const commits = new Map(git('log', '--format=%H%x00%B%x01').split('\x01').filter((part) => part.trim()).map((part) => part.trim().split('\x00')))
    const files = git('ls-tree', '-r', '--name-only', 'HEAD').split('\n')
    return { commits, files }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('workerd killed in the middle of twenty operations leaves no lie and nothing that sticks', async () => {
  const signedIn = await fetch(`${hedgerow.base}/api/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: 'standin-admin' }),
  })
  cookie = signedIn.headers.getSetCookie()[0].split(';')[0]
  const specs = Array.from({ length: 20 }, (_, number) => ({
    name: `site-${number}`,
    git_repository: 'acme/fleet',
    branch: 'main',
    gitops_directory: `sites/site-${number}`,
  }))
  const bodies = await Promise.all(
    specs.map(async (spec) => {
      const plan = await api('POST', '/api/plan', spec)
      assert.equal(plan.status, 200, JSON.stringify(plan.body))
      return { ...spec, files: plan.body.files, approval: plan.body.approval }
    }),
  )
  // Every commit takes a while, so that some are done, one is under way and the rest wait when the power goes.
  await fetch(`${hedgerow.github}/_standin/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ match: { graphql_contains: 'createCommitOnBranch' }, times: 1000, action: { delay_ms: 250 } }),
  })
  let answered = 0
  const answers = bodies.map((body) =>
    api('POST', '/api/fabrics', body).then(
      (answer) => ((answered += 1), answer),
      () => null,
    ),
  )
  while (answered < 7) await sleep(20)
  // A moment into the next commit.
  await sleep(150)
  await hedgerow.kill()
  const known = (await Promise.all(answers)).filter(Boolean)
  assert.ok(known.length >= 7 && known.length < 20, `the power went in the middle, after ${known.length}`)
  await fetch(`${hedgerow.github}/_standin/faults`, { method: 'DELETE' }).catch(() => {})
  await hedgerow.restart()

  // Whatever was under way is over once its lease is.
  await sleep((LEASE_SECONDS + 3) * 1000)
  const list = await api('GET', '/api/fabrics')
  assert.equal(list.status, 200, JSON.stringify(list.body))
  const fabrics = list.body.fabrics
  assert.ok(fabrics.length >= known.length, `${fabrics.length} of ${known.length}`)
  for (const { body } of known) assert.ok(fabrics.some((fabric) => fabric.id === body.id), 'what was answered is kept')
  const before = await branch()
  let lost = 0
  for (const { id } of fabrics) {
    const { body: record } = await api('GET', `/api/fabrics/${id}`)
    assert.notEqual(record.gitops_directory_status, 'initializing', `${record.name} sticks`)
    const isThere = before.files.filter((file) => file.startsWith(`${record.gitops_directory}/`)).length === 14
    if (record.gitops_initialized) assert.ok(isThere, `${record.name} says that it is initialised`)
    const { body: history } = await api('GET', `/api/fabrics/${id}/history`)
    for (const entry of history.entries) {
      if (entry.outcome === 'committed') {
        assert.match(before.commits.get(entry.commit) ?? '', new RegExp(`Hedgerow-Operation: ${entry.operation}`), 'the entry matches its commit')
      } else {
        assert.match(entry.outcome, /^(unconfirmed|failed|refused|unchanged)$/)
      }
      lost += entry.outcome === 'unconfirmed' ? 1 : 0
    }
  }

  // Reading again settles what nobody knew.
  for (const { id } of fabrics) {
    const report = await api('POST', `/api/fabrics/${id}/validate-gitops`, {})
    assert.equal(report.status, 200, JSON.stringify(report.body))
    const { body: record } = await api('GET', `/api/fabrics/${id}`)
    const { commits, files } = await branch()
    const isThere = files.filter((file) => file.startsWith(`${record.gitops_directory}/`)).length === 14
    assert.equal(record.gitops_directory_status, isThere ? 'initialized' : 'not_initialized', record.name)
    assert.equal(report.body.valid, isThere)
    const { body: history } = await api('GET', `/api/fabrics/${id}/history`)
    for (const entry of history.entries.filter((entry) => entry.kind === 'create')) {
      const made = [...commits].find(([, message]) => message.includes(`Hedgerow-Operation: ${entry.operation}`))
      assert.equal(entry.outcome, made ? 'committed' : 'failed', `${record.name}: ${JSON.stringify(entry)}`)
      if (made) assert.equal(entry.commit, made[0])
    }
  }

  // And what was not done can be done now.
  const missing = fabrics.find((fabric) => !before.files.some((file) => file.startsWith(`${fabric.gitops_directory}/`)))
  if (missing) {
    const spec = bodies.find((body) => body.name === missing.name)
    const plan = await api('POST', '/api/plan', { ...spec, files: undefined, approval: undefined })
    const { files, approval } = plan.body
    const again = await api('POST', `/api/fabrics/${missing.id}/init-gitops`, { files, approval })
    assert.equal(again.body.gitops_directory_status, 'initialized', JSON.stringify(again.body))
  }
  console.log(`# ${known.length} of 20 were answered before the kill, ${fabrics.length} have a record, ${lost} were unconfirmed`)
})
