// What is done with a fabric, in every look: validated, repaired, shared, moved, forgotten; and what is refused.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { start } from './harness.mjs'
import { everyLook, settle } from './looks.mjs'
import { fault, refusal } from './page.mjs'
import { press } from './reach.mjs'

let hedgerow
let people
before(async () => {
  hedgerow = await start()
  people = await settle(hedgerow)
})
after(() => hedgerow?.stop())
const flow = (...walk) => everyLook(() => people, ...walk)

/** Creates a fabric, which is no part of the way, and opens its page. */
async function opened(page, name, directory, repository) {
  const fabric = { name, git_repository: repository, branch: 'main', gitops_directory: directory }
  const post = async (path, data) => (await page.request.post(path, { data })).json()
  const { files, approval } = await post('/api/plan', fabric)
  const { id } = await post('/api/fabrics', { ...fabric, files, approval })
  await page.goto(`/f/${id}`)
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  return `/f/${id}`
}

const action = (page, name) => page.getByRole('button', { name, exact: true })
const tab = async (page, name) => {
  await press(page.getByRole('tab', { name }))
  await page.getByRole('tabpanel', { name }).waitFor()
}

flow('drift is found and repaired by the commit that was shown', async (person) => {
  const page = await person.signedIn()
  await opened(page, 'broken', 'life/broken', person.repository)
  await press(action(page, 'Validate'))
  await page.getByRole('tabpanel').getByText('Valid', { exact: true }).waitFor()
  await person.push({ 'life/broken/raw/README.md': null, 'life/broken/managed/README.md': 'Ours.\n', 'life/broken/managed/a-stray-file-with-a-long-name.yaml': 'kind: VPC\n' })
  const before = await person.clone('life/broken')
  await press(action(page, 'Validate'))
  await page.getByRole('tabpanel').getByText('Not valid', { exact: true }).waitFor()
  await page.getByText('Invalid structure', { exact: true }).waitFor()
  await person.sees(page, 'not valid')
  await tab(page, 'Tree')
  await page.getByRole('treeitem', { name: 'README.md missing' }).waitFor()
  await person.sees(page, 'a tree with drift')
  await tab(page, 'Overview')
  await press(action(page, 'Repair…'))
  await page.getByRole('heading', { name: 'Writes 1 file' }).waitFor()
  // GitHub refuses it once; nothing is lost by that.
  await fault(hedgerow, { ...refusal, match: { ...refusal.match, login: person.name } })
  await press(page.getByRole('button', { name: `Commit 1 change to ${person.repository}@main` }))
  await page.getByText('broken: failed').first().waitFor()
  await person.sees(page, 'a repair that was refused')
  assert.equal((await person.clone('')).commits, before.commits)
  await press(action(page, 'Repair…'))
  await press(page.getByRole('radio', { name: 'To unmanaged/', exact: true }), 'check')
  await page.getByRole('heading', { name: 'Moves 1' }).waitFor()
  await person.sees(page, 'a repair')
  await press(page.getByRole('button', { name: `Commit 2 changes to ${person.repository}@main` }))
  await page.getByText('broken repaired').first().waitFor()
  await page.getByText('Initialised', { exact: true }).first().waitFor()
  const { files, commits } = await person.clone('life/broken')
  assert.equal(commits, before.commits + 1)
  assert.ok(files['life/broken/raw/README.md'] && files['life/broken/unmanaged/managed/a-stray-file-with-a-long-name.yaml'], Object.keys(files).join(' '))
  assert.equal(files['life/broken/managed/README.md'], before.files['life/broken/managed/README.md'], 'what somebody wrote stays')
  await tab(page, 'History')
  await page.getByRole('cell', { name: 'repaired' }).first().waitFor()
  await person.sees(page, 'history')
})

flow('initialising again puts back what the person takes, and no other file', async (person) => {
  const page = await person.signedIn()
  await opened(page, 'again', 'life/again', person.repository)
  const [managed, raw] = ['life/again/managed/README.md', 'life/again/raw/README.md']
  const whole = (await person.clone('life/again')).files
  await person.push({ [managed]: 'Theirs.\n', [raw]: 'Theirs, too.\n' })
  const theirs = (await person.clone('life/again')).files
  await press(action(page, 'Initialise again…'))
  const of = (path) => page.getByRole('group', { name: path, exact: true })
  await press(of(raw).getByRole('radio', { name: 'Take ours' }), 'check')
  await person.sees(page, 'initialising again')
  await press(page.getByRole('button', { name: /^Commit 1 file/ }))
  await page.getByText('again: Initialised').first().waitFor()
  const { files } = await person.clone('life/again')
  assert.deepEqual([files[managed], files[raw]], [theirs[managed], whole[raw]])
})

flow('who may only read sees the page, and what they try is refused', async (person) => {
  const owner = await person.signedIn()
  const address = await opened(owner, 'theirs', 'life/theirs', person.repository)
  await person.push({ 'life/theirs/raw/README.md': null })
  const before = (await person.clone('')).commits
  const page = await person.signedIn('reader')
  await page.goto(address)
  await page.getByRole('heading', { name: 'theirs', level: 1 }).waitFor()
  await press(action(page, 'Initialise again…'))
  await page.getByText(`You can read ${person.repository}, but not push to it. Ask an owner for write access.`).waitFor()
  assert.equal(await page.getByRole('button', { name: /^Commit 1 file/ }).isDisabled(), true)
  await person.sees(page, 'initialising what is only read')
  await press(page.getByRole('button', { name: 'Cancel' }))
  await tab(page, 'Change')
  await page.getByRole('textbox', { name: "Type the fabric's name to confirm" }).fill('theirs')
  await press(action(page, 'Forget theirs'))
  await page.getByRole('alert').getByText('permission_missing').waitFor()
  await person.sees(page, 'forgetting what is only read')
  assert.equal((await person.clone('')).commits, before)
  await owner.reload()
  await owner.getByRole('heading', { name: 'theirs', level: 1 }).waitFor()
}, { provokes: /status of 403/ })

flow('a private fabric is shared with a stranger, until the link is revoked', async (person) => {
  const page = await person.signedIn()
  const address = await opened(page, 'secret', 'life/secret', person.hidden)
  await tab(page, 'Share')
  await page.getByText('No link was made yet.').waitFor()
  await page.getByRole('textbox', { name: 'What the link is for' }).fill('for the network team')
  await press(page.getByRole('radio', { name: 'The whole page' }), 'check')
  await press(action(page, 'Make a link'))
  await page.getByRole('listitem').filter({ hasText: 'for the network team' }).waitFor()
  const link = await page.getByText(/^http.*\/s\//).innerText()
  await person.sees(page, 'a link')

  const stranger = await person.stranger()
  await stranger.goto(address)
  await stranger.getByRole('heading', { name: 'No such fabric' }).waitFor()
  await person.sees(stranger, 'a private fabric')
  await stranger.goto(link)
  await stranger.getByText(person.hidden).first().waitFor()
  assert.equal(await stranger.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)

  await press(page.getByRole('button', { name: 'Revoke the link for the network team' }))
  await page.getByText('stops working at once').waitFor()
  await person.sees(page, 'before a link is revoked')
  await press(action(page, 'Keep'))
  await stranger.reload()
  await stranger.getByText(person.hidden).first().waitFor()
  await press(page.getByRole('button', { name: 'Revoke the link for the network team' }))
  await press(action(page, 'Revoke'))
  await page.getByRole('listitem').filter({ hasText: 'for the network team' }).waitFor({ state: 'detached' })
  await stranger.reload()
  assert.doesNotMatch(await stranger.locator('body').innerText(), new RegExp(person.hidden))
  await stranger.context().close()
}, { provokes: /status of 404/ })

flow('a fabric moves in the commit that was shown, and nowhere that is taken', async (person) => {
  const page = await person.signedIn()
  await opened(page, 'settled', 'life/settled', person.repository)
  await opened(page, 'moving', 'life/moving', person.repository)
  const before = (await person.clone('')).commits
  await tab(page, 'Change')
  const [name, directory] = [page.getByRole('textbox', { name: 'Fabric name', exact: true }), page.getByRole('textbox', { name: 'Directory' })]
  assert.equal(await action(page, 'Show what would change').isDisabled(), true)
  await name.fill('Not A Name')
  await press(action(page, 'Show what would change'))
  await page.getByText('use lower-case letters, digits, dots and hyphens').first().waitFor()
  await person.sees(page, 'a new name that is none')
  await name.fill('moved')
  await directory.fill('life/settled')
  await press(action(page, 'Show what would change'))
  await page.getByRole('alert').getByText('cannot_arrange').waitFor()
  await person.sees(page, 'a new place that is taken')
  assert.equal((await person.clone('')).commits, before)
  await directory.fill('life/moved/to/a/place/with/a/long/name')
  await press(action(page, 'Show what would change'))
  await page.getByRole('heading', { name: /^Moves \d+/ }).waitFor()
  await person.sees(page, 'what would move')
  await press(action(page, 'Commit the change'))
  await page.getByText('Changed: moved in life/moved').first().waitFor()
  await page.getByRole('heading', { name: 'moved', level: 1 }).waitFor()
  await person.sees(page, 'moved')
  const { files, commits } = await person.clone('life')
  assert.equal(commits, before + 1)
  assert.deepEqual(Object.keys(files).filter((path) => path.startsWith('life/moving')), [])
  assert.equal(Object.keys(files).filter((path) => path.startsWith('life/moved/')).length, 14)
}, { provokes: /status of 4(00|09|22)/ })

flow('a fabric is forgotten once its name is typed, and what people put there stays', async (person) => {
  const page = await person.signedIn()
  const address = await opened(page, 'doomed', 'life/doomed', person.repository)
  await person.push({ 'life/doomed/raw/pending/mine.yaml': 'kind: VPC\n' })
  await tab(page, 'Change')
  const forget = page.getByRole('button', { name: /forget doomed/i })
  const confirm = page.getByRole('textbox', { name: "Type the fabric's name to confirm" })
  await press(page.getByRole('radio', { name: /^The record and the layout's own files/ }), 'check')
  await page.getByRole('heading', { name: /^Removes \d+ files/ }).waitFor()
  await confirm.fill('doome')
  assert.equal(await forget.isDisabled(), true)
  await person.sees(page, 'a name half typed')
  await confirm.fill('doomed')
  await person.sees(page, 'before it is forgotten')
  await press(forget)
  await page.getByRole('heading', { name: 'Fabrics', level: 1 }).waitFor()
  await page.getByText('doomed is forgotten').first().waitFor()
  await person.sees(page, 'forgotten')
  const left = Object.keys((await person.clone('life/doomed')).files)
  assert.ok(left.includes('life/doomed/raw/pending/mine.yaml'))
  assert.deepEqual(left.filter((path) => !/mine.yaml|.gitkeep/.test(path)), [])
  await page.goto(address)
  await page.getByRole('heading', { name: 'No such fabric' }).waitFor()
}, { provokes: /status of 404|WebSocket/ })
