// Webhooks from GitHub to an open page: workerd's own queue and clock, and a push made with git.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import examples from '@octokit/webhooks-examples' with { type: 'json' }
import { WEBHOOK_SECRET, hook } from '../../scripts/serve.mjs'
import { commit, isCompared, isRecorded } from './drafts.mjs'
import { start } from './harness.mjs'
import { fillIn, signedIn } from './page.mjs'
import { until } from './until.mjs'

/** What something follows from, and what is taken for what comes later. */
const EVENTS = ['ping', 'push', 'installation', 'installation_repositories', 'repository', 'pull_request', 'check_suite', 'check_run', 'status', 'deployment_status', 'github_app_authorization']

let hedgerow
before(async () => {
  hedgerow = await start()
  await hook(hedgerow.github, hedgerow.base)
})
after(() => hedgerow?.stop())

/** Sends a delivery as GitHub does. */
function deliver(event, payload, secret = WEBHOOK_SECRET) {
  const body = JSON.stringify(payload)
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
  return fetch(`${hedgerow.base}/api/webhooks/github`, { method: 'POST', headers, body })
}

test('every example of GitHub’s of the events that something follows from is taken', async () => {
  for (const event of EVENTS) {
    const known = examples.find(({ name }) => name === event)
    assert.ok(known?.examples.length > 0, event)
    for (const example of known.examples) {
      const answer = await deliver(event, example)
      assert.equal(answer.status, 202, `${event}.${example.action}: ${await answer.text()}`)
    }
  }
  const forged = await deliver('push', examples.find(({ name }) => name === 'push').examples[0], 'forged')
  assert.equal(forged.status, 404)
})

test('a delivery that is too long is refused, whatever signs it', async () => {
  const answer = await deliver('push', { commits: 'x'.repeat(1024 * 1024) })
  assert.equal(answer.status, 413)
})

test('a push made with git turns an open page to drift, and a repair turns it back', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.goto('/')
  await fillIn(page, { name: 'told', repository: 'acme/network', directory: 'gitops/told' })
  await isCompared(page)
  await commit(page).click()
  await isRecorded(page, 'told')
  const cookies = await page.context().cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const { fabrics } = await (await fetch(`${hedgerow.base}/api/fabrics?query=told`, { headers: { cookie } })).json()
  await page.goto(`/f/${fabrics[0].id}`)
  await page.getByText('Healthy', { exact: true }).first().waitFor()
  // From here on nothing reads the branch but what the push begins.
  const asked = []
  page.on('request', (request) => request.url().includes('/validate') && asked.push(request.url()))

  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-push-'))
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' }
  const git = (...args) => execFileSync('git', ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com', ...args], { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    git('clone', '--quiet', hedgerow.github.replace('://', '://x:standin-admin@') + '/acme/network.git', '.')
    git('rm', '--quiet', 'gitops/told/raw/README.md')
    git('commit', '--quiet', '--message', 'Take the README away')
    git('push', '--quiet', 'origin', 'HEAD:main')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const repair = page.getByRole('button', { name: 'Repair…', exact: true })
  await repair.waitFor()
  assert.equal(await page.getByText('Healthy', { exact: true }).count(), 0)
  await repair.click()
  const write = page.getByRole('button', { name: 'Commit 1 change to acme/network@main' })
  await write.and(page.locator(':enabled')).click()
  await page.getByText('Healthy', { exact: true }).first().waitFor()
  await page.getByText('told repaired').first().waitFor()
  assert.deepEqual(asked, [], 'nobody validated')
  assert.deepEqual(page.problems, [])
})

test('the clock of workerd puts into the queue what is due, and GitHub is asked about the App', async () => {
  await hedgerow.tick()
  const health = () => fetch(`${hedgerow.base}/api/health`).then((answer) => answer.json())
  await until(async () => (await health()).app)
  const { app, jobs } = await health()
  assert.deepEqual(app.missing_permissions, [])
  assert.deepEqual(app.missing_events, [])
  assert.equal(jobs.queue, true)
  assert.equal(jobs.failed, 0)
})
