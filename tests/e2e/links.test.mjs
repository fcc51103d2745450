// Links out of data: whoever restored a backup may have put any address into a record, and none but GitHub's is followed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { draft, heading, holdRequest, signedIn } from './page.mjs'
import { until } from './until.mjs'

const EVIL = 'https://evil.example'

let hedgerow, admin, id
before(async () => {
  hedgerow = await start()
  admin = await signedIn(hedgerow, 'admin')
  id = await created('linked', 'links/linked')
})
after(() => hedgerow?.stop())

/** Creates a fabric by the API, once everybody may read its page, and gives its id. */
async function created(name, gitops_directory) {
  const fabric = { name, git_repository: 'acme/network', branch: 'main', gitops_directory }
  const post = async (path, data) => (await admin.request.post(path, { data })).json()
  const { files, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files, approval })
  await until(async () => (await fetch(`${hedgerow.base}/f/${id}/status.json`)).ok)
  return id
}

/** A record, or a row of the list, with the addresses of another site wherever it can have one. */
function planted(record) {
  const at = (place) => `${EVIL}/acme/network/${place}`
  const facts = { id: '1'.repeat(40), author: 'ada', subject: 'planted', time: '2026-11-30T12:00:00Z', url: at('commit/1') }
  const deleted = [{ directory: 'links/linked', paths: ['managed/a.yaml'], count: 1, commit: facts, kept_in: '2'.repeat(40) }]
  const head_commit = { ...facts, id: record.head }
  return { ...record, commit_url: at('commit/2'), pull_request_url: at('pull/1'), head_commit, deleted }
}

/** Has the page be answered with such records, also by its socket. */
async function plant(page) {
  const answered = (address, change) =>
    page.route(address, async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: change(await answer.json()) })
    })
  await answered(/\/api\/fabrics\/[a-z2-7]+$/, planted)
  await answered(/\/api\/fabrics(\?.*)?$/, (list) => ({ ...list, fabrics: list.fabrics?.map(planted), ...(list.id && planted(list)) }))
  await answered('**/validate-gitops', (found) => ({ ...found, pull_request: { url: `${EVIL}/acme/network/pull/1`, state: 'merged' } }))
  await page.routeWebSocket(/\/events$/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((text) => socket.send(JSON.stringify(planted(JSON.parse(text)))))
  })
}

/** Where the page leads, besides to Hedgerow itself. */
async function ledTo(page) {
  const all = await page.locator('[href], [action], [formaction]').evaluateAll((all) => all.map((one) => one.href || one.action || one.formAction))
  return [...new Set(all.map((address) => new URL(address).origin))].filter((origin) => origin !== new URL(hedgerow.base).origin)
}

test('a fabric page links to GitHub alone, whatever answers and its socket say', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await plant(page)
  await page.goto(`/f/${id}`)
  await heading(page, 'linked')
  await page.getByText('Updates live', { exact: true }).waitFor()
  await page.getByText('by ada: planted').first().waitFor()
  // What was deleted leads to what it was, at GitHub.
  await page.getByRole('link', { name: 'As it was' }).waitFor()
  assert.deepEqual(await ledTo(page), [hedgerow.github])
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('See the pull request').waitFor()
  assert.deepEqual(await ledTo(page), [hedgerow.github])
  assert.ok(!(await page.content()).includes(EVIL))
})

test('the list links to GitHub alone', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.goto('/fabrics')
  await page.getByRole('link', { name: 'linked', exact: true }).waitFor()
  await page.route(/\/api\/fabrics(\?.*)?$/, async (route) => {
    const answer = await route.fetch()
    const { fabrics, ...list } = await answer.json()
    const proposed = (pull_request_url) => fabrics.map((fabric) => ({ ...fabric, pull_request_url }))
    await route.fulfill({ response: answer, json: { ...list, fabrics: proposed(at) } })
  })
  let at = `${hedgerow.github}/acme/network/pull/1`
  await page.reload()
  await page.getByRole('link', { name: 'pull request' }).first().waitFor()
  at = `${EVIL}/acme/network/pull/1`
  await page.reload()
  await page.getByRole('link', { name: 'linked', exact: true }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'pull request' }).count(), 0)
  assert.deepEqual(await ledTo(page), [])
})

test('what a commit came to links to GitHub alone', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await plant(page)
  await draft(page, { name: 'made', repository: 'acme/network', directory: 'links/made' })
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  await page.getByRole('heading', { name: 'made is recorded' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'See the pull request' }).count(), 0)
  assert.ok((await ledTo(page)).every((origin) => origin === hedgerow.github))
})

test('until it is known which GitHub a fabric is of, nothing leads to any', async () => {
  const page = await hedgerow.newPage()
  const told = await holdRequest(page, '**/api/session')
  await page.goto(`/f/${id}`)
  await heading(page, 'linked')
  // The page itself, and not what the Worker wrote in its place.
  await page.getByText('Updates live', { exact: true }).waitFor()
  assert.deepEqual(await ledTo(page), [])
  told()
  await page.getByRole('link', { name: 'by Hedgerow' }).waitFor()
  await page.getByRole('link', { name: /^acme.network@main:/ }).waitFor()
  assert.deepEqual(await ledTo(page), [hedgerow.github])
})
