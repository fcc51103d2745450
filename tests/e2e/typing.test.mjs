// How long a key press takes: what it does before the frame that shows it, with few entries in the directory and with
// ten thousand. Only the two are compared, in the same run, so a slow machine slows both.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { draft, push, signedIn } from './page.mjs'

const ENTRIES = 10_000
const KEYS = 24
let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const median = (figures) => [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)]

/** Writes down for every key: what it took to handle it (`work`), until the frame was painted (`frame`), and until the
 * tree had followed and been painted (`tree`). */
async function watch(page) {
  await page.evaluate(() => {
    window.keys = []
    const painted = (then) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = then
        port2.postMessage(0)
      })
    }
    const since = (begun) => performance.now() - begun
    addEventListener('keydown', () => {
      const begun = performance.now()
      const key = {}
      window.keys.push(key)
      painted(() => {
        key.frame = since(begun)
        setTimeout(() => painted(() => (key.tree = since(begun))), 0)
      })
      // From when the browser is about to change the text until every handler is through, with all that follows at once.
      addEventListener('beforeinput', () => (key.begun = performance.now()), { once: true, capture: true })
      addEventListener('input', async () => {
        for (let turn = 0; turn < 100; turn += 1) await null
        key.work = since(key.begun)
      }, { once: true })
    }, true)
  })
}

/** Types a letter and takes it back, again and again, so that the branch's entries come and go. */
async function typed(page, field) {
  await field.click()
  await field.press('End')
  await page.waitForTimeout(600)
  await page.evaluate(() => (window.keys = []))
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press(key % 2 ? 'Backspace' : 'x')
    await page.waitForTimeout(60)
  }
  await page.waitForFunction((keys) => window.keys.length === keys && window.keys.every((key) => key.tree), KEYS)
  const keys = (await page.evaluate(() => window.keys)).filter((key) => key.work)
  assert.equal(keys.length, KEYS)
  return Object.fromEntries(['work', 'frame', 'tree'].map((what) => [what, median(keys.map((key) => key[what]))]))
}

test(`a key press takes no longer with ${ENTRIES} entries than with few`, async (t) => {
  const names = Array.from({ length: ENTRIES }, (_, number) => `typing/large/site-${String(number).padStart(5, '0')}.txt`)
  await push(hedgerow, { 'typing/small/notes.txt': 'x\n', ...Object.fromEntries(names.map((name) => [name, 'x\n'])) })
  const figures = {}
  for (const size of ['small', 'large']) {
    const page = await signedIn(hedgerow, 'admin')
    await draft(page, { name: 'typing', repository: 'acme/network', directory: `typing/${size}` })
    if (size === 'large') await page.getByText(`${ENTRIES} unexpected`).waitFor()
    const id = page.getByText(/^[0-9a-f]{40}$/).first()
    const before = await id.innerText()
    await watch(page)
    figures[size] = {
      name: await typed(page, page.getByRole('textbox', { name: 'Fabric name' })),
      repository: await typed(page, page.getByRole('combobox', { name: 'Repository' })),
      branch: await typed(page, page.getByRole('combobox', { name: 'Branch' })),
      directory: await typed(page, page.getByRole('combobox', { name: 'Directory' })),
    }
    // It was no page that stood still: the tree follows what is typed, and comes back with it.
    await page.getByText('Compared with the branch at').waitFor()
    assert.equal(await id.innerText(), before)
    await page.getByRole('textbox', { name: 'Fabric name' }).press('z')
    await page.waitForFunction((before) => !document.body.innerText.includes(before), before)
    assert.deepEqual(page.problems.filter((problem) => !/404/.test(problem)), [], 'but that a name half typed is no repository')
    await page.context().close()
  }
  const rounded = (figure) => figure.toFixed(1).padStart(6)
  t.diagnostic('median ms            work: small  large   frame: small  large   tree: small  large')
  for (const field of Object.keys(figures.small)) {
    const [small, large] = [figures.small[field], figures.large[field]]
    const pair = (what) => `${rounded(small[what])} ${rounded(large[what])}`
    t.diagnostic(`${field.padEnd(24)} ${pair('work')}         ${pair('frame')}        ${pair('tree')}`)
  }
  for (const field of Object.keys(figures.small)) {
    const [small, large] = [figures.small[field], figures.large[field]]
    assert.ok(large.work <= 2 * small.work + 3, `${field}: ${large.work} ms of work with ${ENTRIES} entries, ${small.work} ms with few`)
    assert.ok(large.frame <= 2 * small.frame + 17, `${field}: painted after ${large.frame} ms with ${ENTRIES} entries, ${small.frame} ms with few`)
  }
})
