// A person creates a fabric through the page; git and the API say what came of it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { fillIn, signedIn as inSettings } from './page.mjs'

const directory = 'gitops/hedgehog/fabric-1'
let hedgerow

before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

async function signedIn(token, options) {
  const page = await inSettings(hedgerow, token.replace('standin-', ''), options)
  await page.goto('/')
  return page
}

const asks = (url) => fetch(`${hedgerow.github}${url}`).then((answer) => answer.json())

test('a clone holds the tree that was approved on the page', async () => {
  const page = await signedIn('standin-admin')
  const commitsBefore = (await cloned(`${hedgerow.github}/acme/network.git`, '')).commits
  await fillIn(page, { name: 'fabric-1', repository: 'acme/network', directory })
  const commit = page.getByRole('button', { name: 'Commit 14 files to acme/network@main' })
  await commit.waitFor()
  await page.getByText('Compared with the branch at').waitFor()
  const approved = await page.getByText(/^[0-9a-f]{40}$/).first().innerText()
  // The API's plan comes from the same crate, run in workerd before anything is written: every path, every blob.
  const plan = await page.request.post('/api/plan', {
    data: { name: 'fabric-1', git_repository: 'acme/network', branch: 'main', gitops_directory: directory },
  })
  const { files, approval } = await plan.json()
  assert.equal(approval.tree, approved)
  await fetch(`${hedgerow.github}/_standin/requests`, { method: 'DELETE' })
  await commit.click()
  await page.getByRole('heading', { name: 'fabric-1 is recorded' }).waitFor()

  const requests = (await asks('/_standin/requests')).map((request) => request.graphql?.operation)
  assert.deepEqual(requests, ['Snapshot', 'Commit'], 'two requests to GitHub')
  const clone = await cloned(`${hedgerow.github}/acme/network.git`, directory)
  assert.equal(clone.tree, approved, 'the id on the page is the id in git')
  assert.equal(clone.directories.length, 14)
  assert.match(clone.message, /\nHedgerow-Operation: [a-z2-7]{26}$/m)
  assert.equal(clone.commits, commitsBefore + 1, 'one commit')

  assert.deepEqual(clone.files, files, 'every path and every blob')

  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name: 'fabric-1', level: 1 }).waitFor()
  await page.getByText('Healthy', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('Valid', { exact: true }).first().waitFor()
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `no sideways scroll at ${width}`)
  }

  const visitor = await hedgerow.newPage()
  await visitor.goto(page.url())
  await visitor.getByRole('heading', { name: 'fabric-1', level: 1 }).waitFor()
  assert.deepEqual([...page.problems, ...visitor.problems], [])
})

test('a mistyped branch is put right with one press, and nothing else that was typed is lost', async () => {
  const page = await signedIn('standin-admin')
  const draft = { name: 'mistyped', repository: 'acme/network', branch: 'mian', directory: 'gitops/mistyped' }
  await fillIn(page, draft)
  await page.getByRole('button', { name: 'Make acme/network@mian and commit 14 files' }).waitFor()
  await page.getByText(/^Did you mean/).getByRole('button', { name: 'main', exact: true }).click()
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).waitFor()
  const typed = {}
  for (const [field, role, name] of [['name', 'textbox', 'Fabric name'], ['repository', 'combobox', 'Repository'], ['branch', 'combobox', 'Branch'], ['directory', 'combobox', 'Directory']]) {
    typed[field] = await page.getByRole(role, { name }).inputValue()
  }
  assert.deepEqual(typed, { ...draft, branch: 'main' })
  assert.equal(await page.getByText(/^Did you mean/).count(), 0)
  assert.deepEqual(page.problems, [])
  // A branch below one that exists cannot be; that one may be meant.
  await fillIn(page, { ...draft, branch: 'main/x' })
  await page.getByText(/^Did you mean/).getByRole('button', { name: 'main', exact: true }).click()
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).waitFor()

  // Who is not signed in sees it as well, before signing in for nothing.
  const visitor = await hedgerow.newPage()
  await visitor.goto('/')
  await fillIn(visitor, draft)
  await visitor.getByText(/^Did you mean/).getByRole('button', { name: 'main', exact: true }).click()
  await visitor.getByText('Compared with the branch at').waitFor()
})

test('a draft survives a reload and Back, and typing a name sends no request', async () => {
  const page = await hedgerow.newPage()
  const asked = []
  page.on('request', (request) => request.url().includes('/api/') && asked.push(new URL(request.url()).pathname))
  await page.goto('/')
  await page.getByRole('treeitem').first().waitFor()
  await page.waitForLoadState('networkidle')
  const treeId = page.getByText(/^[0-9a-f]{40}$/).first()
  const before = await treeId.innerText()
  asked.length = 0
  await page.getByRole('textbox', { name: 'Fabric name' }).press('End')
  await page.getByRole('textbox', { name: 'Fabric name' }).pressSequentially('-west')
  await page.waitForFunction((before) => !document.body.innerText.includes(before), before)
  assert.deepEqual(asked, [])
  await page.getByRole('combobox', { name: 'Repository' }).fill('acme/network')
  await page.reload()
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), 'fabric-1-west')
  await page.goto('/f/nothing')
  await page.goBack()
  assert.equal(await page.getByRole('combobox', { name: 'Repository' }).inputValue(), 'acme/network')
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), 'fabric-1-west')
})

test('the token stays on the server', async () => {
  const page = await signedIn('standin-admin')
  // The demo roles have public tokens, which this machine's page offers to everybody.
  const { sign_in: _, ...answer } = await (await page.request.get('/api/session')).json()
  const session = JSON.stringify(answer)
  const stored = await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, location.href]))
  assert.doesNotMatch(session + stored, /standin-admin|__Host/)
  assert.doesNotMatch(hedgerow.logs(), /standin-admin/)
})

test('what a translation put in place of the text is neither stale nor sent', async () => {
  const page = await signedIn('standin-admin')
  await fillIn(page, { name: 'translated', repository: 'acme/network', directory: 'gitops/hedgehog/translated' })
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).waitFor()
  await page.getByText('Compared with the branch at').waitFor()
  const isTranslated = (selector) => page.locator(selector).first().evaluate((element) => element.translate)
  for (const selector of ['#commit', 'code', '#branch', 'h1']) assert.equal(await isTranslated(selector), false, selector)
  // As a translation does that heeds no mark: another element takes the place of the text.
  const translate = (words) => page.evaluate((words) => {
    const text = document.querySelector('#commit span').firstChild
    const font = document.createElement('font')
    font.textContent = words ?? text.textContent
    text.replaceWith(font)
  }, words)
  await translate()
  await page.getByRole('combobox', { name: 'Branch' }).fill('prod')
  await page.getByRole('combobox', { name: 'Branch' }).press('Tab')
  await page.getByRole('button', { name: 'Make acme/network@prod and commit 14 files' }).waitFor()
  await page.getByText(/It begins from .+ The commit that it begins from: [0-9a-f]{7} by .+: .+, \d{4}-/).waitFor()

  await translate('14 Dateien nach acme/network@main')
  await fetch(`${hedgerow.github}/_standin/requests`, { method: 'DELETE' })
  const commit = page.locator('#commit')
  await commit.click()
  await page.getByText('The page showed something else').waitFor()
  await page.getByText('It showed 14 Dateien nach acme/network@main, and Make acme/network@prod and commit 14 files is what would be sent.').waitFor()
  assert.match(await commit.innerText(), /@prod and commit 14 files$/)
  assert.deepEqual(await asks('/_standin/requests'), [], 'nothing was sent')
  await commit.click()
  await page.getByRole('heading', { name: 'translated is recorded' }).waitFor()
  const { fabrics } = await (await page.request.get('/api/fabrics')).json()
  assert.equal(fabrics.find(({ name }) => name === 'translated').branch, 'prod')
})
