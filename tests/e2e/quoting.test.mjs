// What the pages give to copy, run and read by whom it is for: git through a shell, a YAML parser, and Chromium.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { headers } from '../../scripts/page-headers.mjs'
import { start } from './harness.mjs'
import { draft, push, signedIn } from './page.mjs'
import { until } from './until.mjs'

let hedgerow, page
before(async () => {
  hedgerow = await start()
  page = await signedIn(hedgerow, 'admin')
})
after(() => hedgerow?.stop())

const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' }

/** Pastes a line into a shell in a folder, and gives what it says. */
const paste = (line, cwd) => execFileSync('sh', ['-c', line], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()

/** Clones as a page says it, in a folder where nothing else may come about, and gives the branch and what `then` says in the clone. */
async function cloned(command, then) {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-paste-'))
  try {
    paste(command, folder)
    const clone = join(folder, 'network')
    const said = then && paste(then, clone)
    assert.deepEqual(await readdir(folder), ['network'], command)
    assert.ok(!(await readdir(clone)).includes('pwned'), then)
    return [paste('git branch --show-current', clone), said]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a button copies. */
async function copied(on, what) {
  await on.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await on.getByRole('button', { name: `Copy the ${what}`, exact: true }).click()
  await on.getByRole('button', { name: `Copy the ${what}`, exact: true }).getByText('Copied').waitFor()
  return on.evaluate(() => navigator.clipboard.readText())
}

/** A fact of the page without JavaScript. */
const fact = (on, term) => on.locator('dt', { hasText: term }).locator('xpath=following-sibling::dd[1]')

/** Creates a fabric by the API, once the page may be read by everybody, and gives its id. */
async function created(fabric) {
  const post = async (path, data) => (await page.request.post(path, { data })).json()
  const { files, approval } = await post('/api/plan', fabric)
  const { id, tree } = await post('/api/fabrics', { ...fabric, files, approval })
  assert.ok(tree, `${JSON.stringify(fabric)} is initialised`)
  await until(async () => {
    const answer = await fetch(`${hedgerow.base}/f/${id}/status.json`)
    return answer.ok && (await answer.json()).state === 'initialized'
  })
  return { id, tree }
}

test('the result page gives a command that clones the branch and does nothing else', async () => {
  const branch = '$(id>pwned)\u202egpj'
  await push(hedgerow, { 'a.txt': 'a\n' }, { branch })
  const directory = "gitops/it's $(id) #1 {{x}} & co"
  await draft(page, { name: 'fabric-1', repository: 'acme/network', branch, directory })
  const turned = () => page.evaluate(() => /[\u202a-\u202e]/.test(document.body.innerText))
  assert.equal(await turned(), false, 'the page says which branch it is')
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@$(id>pwned)\ufffdgpj' }).click()
  await page.getByRole('heading', { name: 'fabric-1 is recorded' }).waitFor()
  assert.equal(await turned(), false)
  const [found] = await cloned(await copied(page, 'clone command'))
  assert.equal(found, branch)
  const [argo, flux] = [await copied(page, 'Argo CD path'), await copied(page, 'Flux path')]
  for (const version of ['1.1', '1.2']) {
    assert.deepEqual(parse(argo, { version }), { path: `${directory}/managed` })
    assert.deepEqual(parse(flux, { version }), { path: `./${directory}/managed` })
  }
  const html = await copied(page, 'HTML')
  const seen = await page.evaluate((html) => {
    const { body } = new DOMParser().parseFromString(html, 'text/html')
    return [...body.querySelectorAll('*')].map(({ tagName, href, src, alt }) => [tagName, href ?? src, alt ?? ''])
  }, html)
  const link = await copied(page, 'Link')
  assert.deepEqual(seen, [['A', link, ''], ['IMG', `${link}/badge.svg`, 'GitOps state of fabric-1']])
})

const fabrics = [
  ['main', 'gitops/fabric-2'],
  ['`touch${IFS}pwned`', 'gitops/`touch${IFS}pwned`'],
  [`it's-a"b&c;d|e`, "gitops/a'b & c"],
  ['a/-x', '-x/%41#b'],
  ['a\u202eb\u0085', 'gitops/größe'],
]
for (const [place, [branch, directory]] of fabrics.entries()) {
  test(`the commands clone and check ${JSON.stringify(branch)} in ${directory}`, async () => {
    if (branch !== 'main') await push(hedgerow, { 'a.txt': 'a\n' }, { branch })
    const { id, tree } = await created({ name: `east-${place}`, git_repository: 'acme/network', branch, gitops_directory: directory })
    const visitor = await hedgerow.newPage()
    await visitor.goto(`/f/${id}#sync`)
    const [clone, check] = [await copied(visitor, 'clone command'), await copied(visitor, 'check command')]
    assert.deepEqual(await cloned(clone, check), [branch, tree])
    if (branch === 'main') assert.equal(clone, `git clone --branch main ${hedgerow.github}/acme/network.git`)
    assert.deepEqual(parse(await copied(visitor, 'Flux path'), { version: '1.1' }), { path: `./${directory}/managed` })
    const github = await visitor.locator('.branch-label a').evaluate((link) => link.href)
    assert.equal(decodeURIComponent(new URL(github).pathname), `/acme/network/tree/${branch}/${directory}`)
    assert.deepEqual([new URL(github).hash, new URL(github).search], ['', ''])

    const context = await hedgerow.newContext({ javaScriptEnabled: false })
    const plain = await context.newPage()
    await plain.goto(`/f/${id}`)
    const told = await fact(plain, 'Verify with git').innerText()
    assert.deepEqual(await cloned(clone, told), [branch, tree])
    const shown = `acme/network@${branch}:${directory}`.replace(/[\u202e\u0085]/g, '\ufffd')
    assert.equal(await plain.locator('.branch-label').innerText(), shown)
    await Promise.all([context.close(), visitor.context().close()])
  })
}

test('the clone command is given once it is known which GitHub it is of', async () => {
  const { id } = await created({ name: 'west', git_repository: 'acme/network', branch: 'main', gitops_directory: 'gitops/west' })
  const visitor = await hedgerow.newPage()
  let answer
  const answered = new Promise((done) => (answer = done))
  await visitor.route('**/api/session', async (route) => {
    await answered
    await route.continue()
  })
  await visitor.goto(`/f/${id}#sync`)
  await visitor.getByRole('button', { name: 'Copy the Argo CD path', exact: true }).waitFor()
  assert.equal(await visitor.getByRole('button', { name: 'Copy the clone command', exact: true }).count(), 0)
  assert.equal(await visitor.getByText('git clone').count(), 0)
  answer()
  assert.equal(await copied(visitor, 'clone command'), `git clone --branch main ${hedgerow.github}/acme/network.git`)
  await visitor.context().close()
})

test('an origin cannot break out of the headers of the page', () => {
  assert.match(headers(['http://localhost:*', 'https://ghe.example:8443']), /connect-src 'self' http:\/\/localhost:\* https:\/\/ghe\.example:8443;/)
  for (const origin of ["https://a; script-src 'unsafe-inline'", 'https://a\nx: y', 'https://a https://b', 'javascript:x']) assert.throws(() => headers([origin]), /no origin/)
})
