// The release when a file of it does not come: without a connection, and after another one was deployed.
import assert from 'node:assert/strict'
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { start } from '../e2e/harness.mjs'
import { fillIn, draft, heading, signedIn } from '../e2e/page.mjs'
import { wants } from './program.mjs'
import { until } from '../e2e/until.mjs'

let hedgerow
before(async () => {
  wants()
  hedgerow = await start()
})
after(() => hedgerow?.stop())

const asset = async (pattern) => `/assets/${(await readdir(join(hedgerow.page, 'assets'))).find((file) => pattern.test(file))}`
const ours = { name: 'fabric-1', repository: 'acme/network', directory: 'release/missing' }

/** Waits until a file answers with a status: the server notices after a moment what became of its folder. */
async function answers(path, status) {
  await until(async () => (await fetch(hedgerow.base + path).catch(() => ({}))).status, (now) => now === status)
}

/** Takes a file away, as the next release does, while `in the meantime` runs. */
async function without(path, meanwhile) {
  const file = join(hedgerow.page, path)
  const aside = join(hedgerow.page, '..', 'aside')
  await rename(file, aside)
  try {
    await answers(path, 404)
    await meanwhile()
  } finally {
    await rename(aside, file)
    await answers(path, 200)
  }
}

test('what an action needs and another release took away is said, a draft stays, and it goes on once that is there', async () => {
  const later = await asset(/^create-lazy-/)
  const page = await signedIn(hedgerow, 'admin')
  await page.goto('/')
  await page.getByRole('treeitem').first().waitFor()
  await without(later, async () => {
    await fillIn(page, ours)
    const alert = page.getByRole('alert')
    await alert.getByText('A part of this page did not load').first().waitFor()
    await alert.getByText('Hedgerow was updated since this page was opened').first().waitFor()
    await alert.getByText('reload the page; a draft stays in its address').first().waitFor()
    await page.reload()
    assert.equal(await page.getByRole('combobox', { name: 'Directory' }).inputValue(), ours.directory)
    await alert.getByText('A part of this page did not load').first().waitFor()
  })
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await page.getByText('Compared with the branch at').waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), ours.name)
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.context().close()
})

test('a page that does not come without a connection says so, and comes by itself with it', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await page.context().setOffline(true)
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fabrics' }).click()
  await page.getByRole('main').getByText('A part of this page did not load').waitFor()
  await page.getByText('No connection').first().waitFor()
  await page.context().setOffline(false)
  await heading(page, 'Fabrics')
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.context().close()
})

test('a program that does not come says so on the page that the Worker wrote, and trying again starts it', async () => {
  const ada = await signedIn(hedgerow, 'admin')
  await draft(ada, ours)
  await ada.getByRole('button', { name: /^Commit 14 files/ }).click()
  await ada.getByRole('link', { name: 'Open the fabric page' }).click()
  await heading(ada, ours.name)
  const { pathname } = new URL(ada.url())
  await ada.context().close()

  const page = await hedgerow.newPage()
  for (const [address, files, name] of [[pathname, /\/assets\/console-[0-9a-f]{16}\.wasm$/, ours.name], [pathname, /\/assets\/console-[0-9a-f]{16}\.js$/, ours.name], ['/', /\/assets\/create-[0-9a-f]{16}\.wasm$/]]) {
    await page.goto('about:blank')
    await page.route(files, (route) => route.abort())
    await page.goto(address)
    const alert = page.getByRole('alert')
    await alert.getByText('Hedgerow did not start').waitFor()
    if (name) await heading(page, name)
    await page.unroute(files)
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Find' }).waitFor()
    await heading(page, name ?? 'Give a fabric its GitOps home')
    assert.equal(await alert.count(), 0)
  }
  await page.context().close()
})
