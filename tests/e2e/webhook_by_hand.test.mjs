// A Hedgerow without an App: a repository's administrator sets up its webhook by hand, and a push is told by it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { control, draft, push, signedIn } from './page.mjs'

let hedgerow, path
before(async () => (hedgerow = await start({ vars: { GITHUB_APP_ID: '', GITHUB_APP_SLUG: '', GITHUB_APP_CLIENT_ID: '', GITHUB_APP_CLIENT_SECRET: '', GITHUB_APP_PRIVATE_KEY: '', GITHUB_WEBHOOK_SECRET: '' } })))
after(() => hedgerow?.stop())

/** The value beside a term of the section about the webhook. */
async function value(page, term) {
  const section = page.getByRole('region', { name: 'Webhook by hand' })
  return (await section.locator('dt', { hasText: term }).locator('xpath=following-sibling::dd[1]').locator('code').innerText()).trim()
}

test('an administrator sets up a webhook with what the page shows, and a push has the open pages say so and somebody’s read it', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'told', repository: 'acme/network', directory: 'by-hand/told' })
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByText('Healthy', { exact: true }).waitFor()
  path = new URL(page.url()).pathname
  await page.goto(`${path}#change`)
  await page.getByText('This Hedgerow has no GitHub App. Checks need it.').waitFor()
  await page.getByRole('button', { name: 'Show address and secret' }).click()
  const form = page.getByRole('link', { name: 'Open GitHub’s form for a new webhook' })
  assert.equal(await form.getAttribute('href'), `${hedgerow.github}/acme/network/settings/hooks/new`)
  const [url, content_type, secret] = [await value(page, 'Payload URL'), await value(page, 'Content type'), await value(page, 'Secret')]
  assert.equal(content_type, 'application/json')
  await page.getByText('Let me select individual events: Pushes, Pull requests, Repositories').waitFor()
  const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])')
  assert.ok(!kept.includes(secret), 'the secret is kept nowhere')

  const hook = await fetch(`${hedgerow.github}/repos/acme/network/hooks`, {
    method: 'POST',
    headers: { authorization: 'Bearer standin-admin', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'web', config: { url: url.replace('localhost', '127.0.0.1'), content_type: 'json', secret }, events: ['push', 'pull_request', 'repository'] }),
  })
  assert.equal(hook.status, 201, await hook.text())

  // Nobody who may read the branch has a page open: whoever looks is told what is known.
  await page.goto('about:blank')
  const visitor = await hedgerow.newPage()
  await visitor.goto(path)
  await visitor.getByText('Healthy', { exact: true }).waitFor()
  const first = await push(hedgerow, { 'by-hand/told/managed/README.md': null })
  await visitor.getByText(`The branch changed at ${first.slice(0, 7)} and was not read yet; this is the last known state.`).waitFor()
  await visitor.getByText('Not known', { exact: true }).first().waitFor()
  // The next one who may reads it, and everybody sees what came of it.
  await page.goto(path)
  for (const seen of [page, visitor]) await seen.getByText('Broken', { exact: true }).first().waitFor()

  // Somebody's page that is open reads it by itself, once.
  const asked = []
  page.on('request', (request) => /\/validate/.test(request.url()) && asked.push(request.url()))
  await push(hedgerow, { 'by-hand/told/managed/README.md': 'Back again.\n' })
  for (const seen of [page, visitor]) await seen.getByText('Healthy', { exact: true }).first().waitFor()
  assert.equal(asked.length, 1)
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByText('Only people check this fabric: checks by schedule and of pull requests need the GitHub App, and this Hedgerow has none.').waitFor()
  assert.deepEqual([...page.problems, ...visitor.problems], [])
})

test('whoever does not administer the repository is told who can', async () => {
  const page = await signedIn(hedgerow, 'reader')
  await page.goto(`${path}#change`)
  const section = page.getByRole('region', { name: 'Webhook by hand' })
  await section.getByText('Only people who administer the repository on GitHub can set one up.').waitFor()
  assert.equal(await section.getByRole('button').count(), 0)
  assert.deepEqual(page.problems, [])
})
