// How long a key press takes until the frame that shows it, with few entries in the directory and with ten thousand.
//
// The promise is one frame, which is 16.7 ms of the page's main thread. What is held to that is the processor time of that
// thread: a busy machine lets the thread wait, which a clock on the wall counts and the thread's own does not. The clock on
// the wall is compared between few and many entries in the same run, so a slow machine slows both.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { draft, push, signedIn } from './page.mjs'

const ENTRIES = 10_000
const KEYS = 24
const FRAME_MS = 1000 / 60
// What takes longer is what browsers call a long task, which the next key would have to wait for.
const LONG_MS = 50
let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const median = (figures) => [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)]

/** Lets timers be held back, so that what the page puts off until after the frame is not mixed with the frame itself. */
const holdTimers = () => {
  const later = window.setTimeout.bind(window)
  let held = null
  window.setTimeout = (what, ...rest) => {
    if (!held) return later(what, ...rest)
    held.push(() => later(what, ...rest))
    return 0
  }
  window.hold = () => (held = [])
  window.release = () => {
    const waiting = held
    held = null
    for (const begin of waiting) begin()
  }
  window.painted = () =>
    new Promise((done) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => done(performance.now())
        port2.postMessage(0)
      }),
    )
  addEventListener('keydown', () => (window.key = { begun: performance.now(), painted: window.painted() }), true)
}

/** Types a letter and takes it back, again and again, so that the branch's entries come and go. Gives, in ms: the processor
 * time of the main thread until the key was painted (`work`), the same for the tree that follows (`rest`), and how long the
 * key took to be painted by the clock (`frame`). */
async function typed(page, field) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1000 * metrics.find(({ name }) => name === 'ThreadTime').value
  }
  await field.click()
  await field.press('End')
  await page.waitForTimeout(600)
  const length = (await field.inputValue()).length
  const keys = []
  for (let key = 0; key < KEYS; key += 1) {
    await page.evaluate(() => window.hold())
    const begun = await spent()
    await page.keyboard.press(key % 2 ? 'Backspace' : 'x')
    const frame = await page.evaluate(async () => (await window.key.painted) - window.key.begun)
    const painted = await spent()
    assert.equal((await field.inputValue()).length, length + (key % 2 ? 0 : 1), 'the key is in the field')
    await page.evaluate(async () => {
      window.release()
      await new Promise((done) => setTimeout(done, 0))
      await window.painted()
    })
    keys.push({ work: painted - begun, frame, rest: (await spent()) - painted })
  }
  await session.detach()
  return Object.fromEntries(['work', 'frame', 'rest'].map((what) => [what, median(keys.map((key) => key[what]))]))
}

test(`a key press is painted within one frame with ${ENTRIES} entries, and no later than with few`, async (t) => {
  const names = Array.from({ length: ENTRIES }, (_, number) => `typing/large/site-${String(number).padStart(5, '0')}.txt`)
  await push(hedgerow, { 'typing/small/notes.txt': 'x\n', ...Object.fromEntries(names.map((name) => [name, 'x\n'])) })
  const figures = {}
  for (const size of ['small', 'large']) {
    const page = await signedIn(hedgerow, 'admin')
    await page.addInitScript(holdTimers)
    await draft(page, { name: 'typing', repository: 'acme/network', directory: `typing/${size}` })
    if (size === 'large') await page.getByText(`${ENTRIES} unexpected`).waitFor()
    const id = page.getByText(/^[0-9a-f]{40}$/).first()
    const before = await id.innerText()
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
  t.diagnostic('median ms            work: small  large   frame: small  large   rest: small  large')
  for (const field of Object.keys(figures.small)) {
    const [small, large] = [figures.small[field], figures.large[field]]
    const pair = (what) => `${rounded(small[what])} ${rounded(large[what])}`
    t.diagnostic(`${field.padEnd(24)} ${pair('work')}         ${pair('frame')}        ${pair('rest')}`)
  }
  for (const field of Object.keys(figures.small)) {
    const [small, large] = [figures.small[field], figures.large[field]]
    assert.ok(large.work <= FRAME_MS, `${field}: ${large.work} ms of the main thread until it was painted, with ${ENTRIES} entries`)
    assert.ok(large.work <= 2 * small.work + 3, `${field}: ${large.work} ms of work with ${ENTRIES} entries, ${small.work} ms with few`)
    assert.ok(large.rest <= LONG_MS, `${field}: ${large.rest} ms of the main thread for the tree that follows, with ${ENTRIES} entries`)
    assert.ok(large.frame <= 2 * small.frame + FRAME_MS, `${field}: painted after ${large.frame} ms with ${ENTRIES} entries, ${small.frame} ms with few`)
  }
})
