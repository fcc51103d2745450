// What landed versions left in a browser (tests/landed/*/browser.json) is read by the page of today.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isRecorded, nameOf } from './drafts.mjs'
import { json, prepared, versions } from './landed.mjs'
import { signedIn } from './page.mjs'
import { until } from './until.mjs'

for (const version of versions) describe(version, () => {
  const browser = json(version, 'browser.json')
  const { fabrics } = json(version, 'scenario.json')
  let hedgerow
  before(async () => (hedgerow = await prepared(version)))
  after(() => hedgerow?.stop())

  /** Somebody's page with what their browser kept, at the time when it was kept, and the writes that it sends. */
  async function resumed(scene, address = scene.address) {
    const page = await signedIn(hedgerow, 'admin')
    page.writes = []
    page.on('request', (request) => request.method() === 'POST' && /\/api\/fabrics$/.test(request.url()) &&
      page.writes.push({ key: request.headers()['idempotency-key'], body: request.postData() }))
    await page.evaluate(({ local, session }) => {
      Object.assign(localStorage, local)
      Object.assign(sessionStorage, session)
    }, scene)
    await page.addInitScript((ahead) => {
      const now = Date.now
      Date.now = () => now() + ahead
    }, scene.now_ms - Date.now())
    await page.goto(address)
    return page
  }

  test('preferences apply', async () => {
    const page = await resumed(browser.preferences)
    const root = page.locator('html')
    const applied = () => Promise.all(['data-theme', 'data-density', 'data-single-keys'].map((name) => root.getAttribute(name)))
    // The page sets them as soon as its program runs, which is after its files were loaded.
    assert.deepEqual(await until(applied, (values) => values.every(Boolean)), ['dark', 'compact', 'off'])
    await page.context().close()
  })

  test('a draft that was left is there, and so is one in a saved address', async () => {
    for (const [session, address] of [[browser.draft.session, '/'], [{}, browser.draft.saved_address]]) {
      const page = await resumed({ ...browser.draft, session }, address)
      await page.getByText('Compared with the branch at').waitFor()
      assert.equal(await nameOf(page).inputValue(), 'kept')
      const values = ['Repository', 'Branch', 'Directory'].map((name) => page.getByRole('combobox', { name }).inputValue())
      assert.deepEqual(await Promise.all(values), ['acme/network', 'main', 'sites/kept'])
      assert.equal(await page.getByRole('radio', { name: /Pull request/ }).isChecked(), true)
      await page.context().close()
    }
  })

  test('a link to a plan opens the plan', async () => {
    const page = await resumed({ ...browser.plan, session: {} }, browser.plan.saved_address)
    await page.getByText('This plan still applies unchanged').waitFor()
    assert.equal(await nameOf(page).inputValue(), 'planned')
    await page.context().close()
  })

  test('a commit whose end nobody saw is sent again, as it was and under its key', async () => {
    const { key, body } = sentCommit(browser.commit.session)
    const page = await resumed(browser.commit)
    await isRecorded(page, 'pending')
    assert.deepEqual(page.writes.map((write) => ({ ...write, body: JSON.parse(write.body) })), [{ key, body }])
    await page.context().close()
  })

  test('a list is there with what became of each row, and what was being sent is sent again', async () => {
    const { session } = browser.import
    const rows = Object.values(Object.fromEntries(Object.entries(session).filter(([name]) => name.startsWith('hedgerow-import-row?')))).map((text) => JSON.parse(text).end)
    const { sent } = rows.find((end) => end.sent)
    const page = await resumed(browser.import)
    const row = (name) => page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) })
    await row('sent').getByRole('link', { name: 'sent' }).waitFor()
    assert.deepEqual(page.writes, [{ key: sent.key, body: sent.body }])
    assert.equal(await page.getByRole('textbox', { name: 'List' }).inputValue(), session['hedgerow-import'])
    await row('done').getByRole('link', { name: 'done' }).waitFor()
    await row('plain').getByRole('link', { name: 'plain' }).waitFor()
    await row('failed').getByText(/Repository archived|is archived, so nothing can be written to it/).first().waitFor()
    await row('closed').getByText(/acme\/nowhere/).first().waitFor()
    await page.context().close()
  })

  test('what was selected is selected', async () => {
    const page = await resumed(browser.selection)
    await page.getByText('2 selected').waitFor()
    for (const name of ['plain', 'drift']) {
      assert.equal(await page.getByRole('row').filter({ hasText: `sites/${name}` }).getAttribute('aria-selected'), 'true', name)
    }
    await page.context().close()
  })

  test('a name and a directory that were typed are there', async () => {
    const page = await resumed(browser.rename)
    await page.getByRole('tab', { name: 'Settings' }).click()
    assert.deepEqual([await page.getByLabel('Fabric name').inputValue(), await page.getByLabel('Directory', { exact: true }).inputValue()], ['plainer', 'sites/plainer'])
    assert.equal(browser.rename.address, `/f/${fabrics.plain}#change`)
    await page.context().close()
  })

  test('every key that the page keeps is in the recording', () => {
    const kept = Object.values(browser).flatMap(({ local, session }) => [...Object.keys(local), ...Object.keys(session)])
    const kinds = new Set(kept.map((name) => name.replace(/[?:].*/, '').replace(/-(ada|[0-9a-f]{40})$/, '')))
    assert.deepEqual([...kinds].sort(), ['change-directory', 'change-name', 'hedgerow-density', 'hedgerow-draft', 'hedgerow-import', 'hedgerow-import-row', 'hedgerow-open', 'hedgerow-selected', 'hedgerow-sent', 'hedgerow-single-keys', 'hedgerow-theme'])
  })
})

/** The key and the body of the commit that a tab keeps: e7a03ff kept the body as the commit, later versions keep it as a write. */
function sentCommit(session) {
  const [[name, open]] = Object.entries(session).filter(([name]) => name.startsWith('hedgerow-open-'))
  if (name !== `hedgerow-open-${session['hedgerow-sent']}`) return { key: open, body: JSON.parse(session['hedgerow-sent']).body }
  const { key, body } = JSON.parse(open)
  return { key, body: JSON.parse(body) }
}
