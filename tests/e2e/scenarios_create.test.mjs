// Signing in, and giving a fabric its home, in every appearance: as it should go, and refused.
import assert from 'node:assert/strict'
import { commit, isCompared, isRecorded, nameOf, treeId } from './drafts.mjs'
import { scenarios } from './scenarios.mjs'
import { fillIn, draft } from './page.mjs'
import { press } from './reachability.mjs'

const scenario = scenarios()

const isNotSignedIn = (page) => page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()

scenario('a token signs in and out, and a wrong one is refused and nothing typed is lost', async (person) => {
  const page = await person.visitor()
  await page.goto('/')
  await nameOf(page).fill('kept')
  const [token, button] = [page.getByLabel('Token', { exact: true }), page.getByRole('button', { name: 'Sign in', exact: true })]
  await isNotSignedIn(page)
  assert.equal(await button.isDisabled(), true, 'without a token')
  await token.fill('ghp_made_up')
  await press(button)
  await page.getByRole('alert').getByText('github_unauthorized').waitFor()
  await person.inspect(page, 'a token that is none')
  assert.equal(await nameOf(page).inputValue(), 'kept')
  await token.fill(`standin-${person.name}`)
  await press(button)
  await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor({ state: 'detached' })
  assert.equal(await nameOf(page).inputValue(), 'kept')
  await press(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }))
  await page.getByRole('link', { name: person.name, exact: true }).waitFor()
  await press(page.getByRole('button', { name: 'Sign out of Hedgerow' }))
  await isNotSignedIn(page)
  assert.equal((await (await page.request.get('/api/session')).json()).user, null)
}, { expectedErrors: /status of 401/ })

scenario('field errors are corrected, and a clone holds the tree that was approved', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'made', repository: person.repository, directory: 'sites/made' })
  const before = (await person.clone('')).commits
  await nameOf(page).fill('Not A Name')
  await page.getByText('This is the previous tree').waitFor()
  assert.equal(await nameOf(page).getAttribute('aria-invalid'), 'true')
  await page.getByText('use lower-case letters, digits, dots and hyphens').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Commit', exact: true }).isDisabled(), true)
  await person.inspect(page, 'a name that is none')
  await nameOf(page).fill('made')
  await isCompared(page)
  const approved = await treeId(page).innerText()
  await press(page.getByRole('button', { name: `Commit 14 files to ${person.repository}@main` }))
  await isRecorded(page, 'made')
  await person.inspect(page, 'recorded')
  const made = await person.clone('sites/made')
  assert.deepEqual([made.tree, made.commits, Object.keys(made.files).length], [approved, before + 1, 14])
  // What comes next is there: the commit, the page, and what Argo CD, Flux and others are to be told.
  const result = page.getByRole('region', { name: 'made is recorded' })
  assert.equal((await result.getByRole('link', { name: 'See the commit' }).getAttribute('href')).split('/').pop(), made.head)
  await result.getByText('path: sites/made/managed', { exact: true }).waitFor()
  await result.getByText('path: ./sites/made/managed', { exact: true }).waitFor()
  await result.getByRole('heading', { name: 'Tell others' }).waitFor()
  await press(page.getByRole('link', { name: 'Open the fabric page' }))
  await page.getByRole('heading', { name: 'made', level: 1 }).waitFor()
  await page.getByText('Healthy', { exact: true }).first().waitFor()
})

scenario('repository, branch and directory are chosen from lists, also in an empty repository', async (person) => {
  const page = await person.signedIn()
  await page.goto('/')
  await nameOf(page).fill('chosen')
  const choose = async (field, typed, option) => {
    await press(page.getByRole('combobox', { name: field }))
    await page.getByRole('combobox', { name: field }).fill(typed)
    await press(page.getByRole('option', { name: option }))
  }
  await choose('Repository', 'empty', new RegExp(person.empty))
  await page.getByText('Two commits are made').waitFor()
  await choose('Directory', '', /a folder of its own/)
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'chosen')
  await person.inspect(page, 'a repository without a commit')
  await press(page.getByRole('button', { name: `Commit 14 files to ${person.empty}@main` }))
  await isRecorded(page, 'chosen')
  const { commits, files } = await person.clone('chosen', person.empty)
  assert.deepEqual([commits, Object.keys(files).length], [2, 14])
  await page.goto('/#')
  await fillIn(page, { name: 'branched', repository: person.repository, branch: 'new-branch', directory: 'sites/branched' })
  await page.getByText('It begins from').waitFor()
  await person.inspect(page, 'a branch that is new')
  await press(page.getByRole('button', { name: `Make ${person.repository}@new-branch and commit 14 files` }))
  await isRecorded(page, 'branched')
  await page.getByText('Healthy', { exact: true }).first().waitFor()
})

scenario('existing files are adopted as shown', async (person) => {
  const directory = 'sites/adopted'
  const loose = { [`${directory}/vpc.yaml`]: 'kind: VPC\n', [`${directory}/notes.txt`]: 'ours\n', [`${directory}/raw/pending/vpc.yaml`]: 'kind: Other\n' }
  await person.push(loose)
  const before = (await person.clone(directory)).files
  const page = await person.signedIn()
  await draft(page, { name: 'adopted', repository: person.repository, directory })
  const choices = page.getByRole('group', { name: '2 items not part of the layout' })
  await press(choices.getByRole('radio', { name: /^Move everything to unmanaged/ }), 'check')
  await choices.getByText(`${directory}/unmanaged/external-configs/notes.txt`).waitFor()
  await person.inspect(page, 'everything would move')
  await press(choices.getByRole('radio', { name: /^Move loose YAML/ }), 'check')
  const moved = `${directory}/raw/pending/vpc-1.yaml`
  await choices.getByText(moved).waitFor()
  const approved = await treeId(page).innerText()
  await press(page.getByRole('button', { name: /^Commit \d+ files and 1 move to/ }))
  await isRecorded(page, 'adopted')
  const { files, tree } = await person.clone(directory)
  assert.equal(tree, approved)
  assert.deepEqual([files[moved], files[`${directory}/vpc.yaml`]], [before[`${directory}/vpc.yaml`], undefined])
  assert.deepEqual([`${directory}/notes.txt`, `${directory}/raw/pending/vpc.yaml`].map((path) => files[path] === before[path]), [true, true])
})

scenario('a directory of another fabric is refused before anything is sent, and free ones are offered', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'late', repository: person.repository, directory: 'sites/made/below' })
  await page.getByText('sites/made already belongs to the fabric made.').waitFor()
  await page.getByText(/^Free: /).waitFor()
  assert.equal(await commit(page).isDisabled(), true)
  await person.inspect(page, 'a directory that is taken')
  await press(page.getByRole('link', { name: 'Open the fabric page' }))
  await page.getByRole('heading', { name: 'made', level: 1 }).waitFor()
})

scenario('a name of another fabric is refused, free ones are offered, and nothing typed is lost', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'made', repository: person.repository, directory: 'sites/elsewhere' })
  const before = (await person.clone('')).commits
  await press(commit(page))
  const alert = page.getByRole('alert')
  await alert.getByText('name_taken').waitFor()
  await alert.getByText(/^Free: /).waitFor()
  await person.inspect(page, 'a name that is taken')
  assert.equal((await person.clone('')).commits, before)
  assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), 'sites/elsewhere')
  await press(alert.getByRole('link', { name: 'Open the existing fabric' }))
  await page.getByRole('heading', { name: 'made', level: 1 }).waitFor()
}, { expectedErrors: /status of 409/ })

scenario('without push access a commit is disabled with the reason', async (person) => {
  const page = await person.signedIn('reader')
  await draft(page, { name: 'not-mine', repository: person.repository, directory: 'sites/not-mine' })
  assert.equal(await commit(page).isDisabled(), true)
  await page.getByText(`You can read ${person.repository}, but not push to it. Ask an owner for write access.`).waitFor()
  await person.inspect(page, 'a repository to read only')
})

scenario('a protected branch is reached by a pull request', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'guarded', repository: person.guarded, directory: 'sites/guarded' })
  assert.equal(await page.getByRole('radio', { name: /^Pull request/ }).isChecked(), true)
  assert.equal(await page.getByRole('radio', { name: /^Direct commit/ }).isDisabled(), true)
  await page.getByText(/takes changes only through pull requests/).waitFor()
  await person.inspect(page, 'a protected branch')
  await press(page.getByRole('button', { name: `Open a pull request with 14 files to ${person.guarded}@main` }))
  await isRecorded(page, 'guarded')
  const request = await page.getByRole('link', { name: 'See the pull request' }).getAttribute('href')
  assert.match(request, new RegExp(`/${person.guarded}/pull/\\d+$`))
  assert.deepEqual(Object.keys((await person.clone('', person.guarded)).files), ['README.md'], 'the branch itself is as it was')
})

scenario('a commit that the branch refuses becomes a pull request', async (person) => {
  const page = await person.signedIn()
  await draft(page, { name: 'refused', repository: person.repository, directory: 'sites/refused' })
  const before = (await person.clone('')).commits
  await person.protect(1)
  try {
    await press(commit(page))
    await page.getByText(/^Code branch_protected · request [a-z2-7]{26}/).waitFor()
    await person.inspect(page, 'refused by the branch')
    assert.equal((await person.clone('')).commits, before)
    // The other way is a button, and nothing has to be typed again.
    const alert = page.getByRole('alert').filter({ hasText: 'branch_protected' })
    await press(alert.getByRole('button', { name: `Open a pull request with 14 files to ${person.repository}@main` }))
    await isRecorded(page, 'refused')
    await page.getByText('pull request opened').first().waitFor()
    await person.inspect(page, 'a pull request instead')
    assert.equal((await person.clone('')).commits, before)
  } finally {
    await person.protect(0)
  }
}, { expectedErrors: /status of 409/ })
