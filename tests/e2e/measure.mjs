// How long the pages take, measured: `responsiveness.test.mjs` compares figures of one run with one another, `make speed`
// holds them to what is promised.
import assert from 'node:assert/strict'
import { draft, push, signedIn } from './page.mjs'
import { atRest, hasAsked } from './until.mjs'

export const ENTRIES = 10_000
const KEYS = 24

export const median = (figures) => [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)]

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
  await hasAsked(page)
  await atRest(page)
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

/**
 * What a key press costs in each field of the create page, in the median, with `few` entries in the directory and with
 * `many`: field → {few, many}, each {work, frame, rest} in ms. The tree has to follow what is typed.
 */
export async function keyPresses(hedgerow) {
  const names = Array.from({ length: ENTRIES }, (_, number) => `typing/many/site-${String(number).padStart(5, '0')}.txt`)
  await push(hedgerow, { 'typing/few/notes.txt': 'x\n', ...Object.fromEntries(names.map((name) => [name, 'x\n'])) })
  const figures = { name: {}, repository: {}, branch: {}, directory: {} }
  for (const size of ['few', 'many']) {
    const page = await signedIn(hedgerow, 'admin')
    await page.addInitScript(holdTimers)
    await draft(page, { name: 'typing', repository: 'acme/network', directory: `typing/${size}` })
    if (size === 'many') await page.getByText(`${ENTRIES} unexpected`).waitFor()
    const id = page.getByText(/^[0-9a-f]{40}$/).first()
    const before = await id.innerText()
    figures.name[size] = await typed(page, page.getByRole('textbox', { name: 'Fabric name' }))
    for (const field of ['repository', 'branch', 'directory']) {
      figures[field][size] = await typed(page, page.getByRole('combobox', { name: new RegExp(`^${field}$`, 'i') }))
    }
    // It was no page that stood still: the tree follows what is typed, and comes back with it.
    await page.getByText('Compared with the branch at').waitFor()
    assert.equal(await id.innerText(), before)
    await page.getByRole('textbox', { name: 'Fabric name' }).press('z')
    await page.waitForFunction((before) => !document.body.innerText.includes(before), before)
    assert.deepEqual(page.problems.filter((problem) => !/404/.test(problem)), [], 'but that a name half typed is no repository')
    await page.context().close()
  }
  return figures
}

/** Fabrics as the API lists them, with every state among them. */
export function listing(count) {
  const states = ['initialized', 'initialized', 'initialized', 'invalid_structure', 'error']
  const verdicts = { initialized: 'healthy', invalid_structure: 'broken', error: 'needs_you' }
  return Array.from({ length: count }, (_, index) => ({
    id: index.toString(2).padStart(26, '0').replaceAll('0', 'a').replaceAll('1', 'e'),
    name: `fabric-${index}`,
    git_repository: `acme/site-${index % 40}`,
    branch: 'main',
    gitops_directory: `gitops/fabric-${index}`,
    gitops_directory_status: states[index % 5],
    verdict: verdicts[states[index % 5]],
    drift: index % 7 ? 0 : index % 9,
    check: 'ok',
    checked_at: '2026-11-24T05:00:00Z',
    pull_request_url: null,
    visibility: 'public',
  }))
}

/** Has a page list these fabrics, a thousand at a time. */
export const listed = (page, fabrics) =>
  page.route('**/api/fabrics*', (route) => {
    const at = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
    const next = at + 1000 < fabrics.length ? `${at + 1000}` : null
    return route.fulfill({ json: { fabrics: fabrics.slice(at, at + 1000), next_cursor: next } })
  })

/** Searches for a text that `names` match of `count`, until the frame that shows that and no other row; gives the ms. */
export async function searched(page, text, names, count) {
  const { took, seen } = await page.evaluate(
    async ([text, names, count]) => {
      const painted = () =>
        new Promise((done) =>
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = done
            port2.postMessage(0)
          }),
        )
      const shown = () => [...document.querySelectorAll('[role=gridcell].cell-name')].map((cell) => cell.innerText.trim())
      const isRight = () => {
        const seen = shown()
        const all = document.body.innerText.includes(`${names.length} of ${count} fabrics`)
        return all && seen.length > 0 && seen.every((name) => names.includes(name)) && (seen.length === names.length || seen.length > 15)
      }
      const search = document.getElementById('search')
      const begun = performance.now()
      search.value = text
      search.dispatchEvent(new Event('input', { bubbles: true }))
      do await painted()
      while (!isRight())
      return { took: performance.now() - begun, seen: shown() }
    },
    [text, names, count],
  )
  assert.ok(seen.length > 0 && seen.every((name) => names.includes(name)), `${text} finds ${seen.join(' ')}`)
  await page.getByText(`${names.length} of ${count} fabrics`).waitFor()
  return took
}

/** The ms of seven keys at the end of an import list of `count` rows, and of pasting it, each until it is painted. */
export async function importKeys(page, count) {
  const lines = Array.from({ length: count }, (_, index) => `many-${index},acme/fleet,main,many/many-${index}`).join('\n')
  await page.goto('/fabrics/import')
  await page.getByRole('textbox', { name: 'List' }).waitFor()
  const figures = await page.evaluate(async (text) => {
    const area = document.getElementById('list')
    const enter = async (value) => {
      const begun = performance.now()
      area.value = value
      area.dispatchEvent(new Event('input', { bubbles: true }))
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      return performance.now() - begun
    }
    const pasted = await enter(text)
    const keys = []
    for (const letter of 'abcdefg') keys.push(await enter(area.value + letter))
    return { pasted, keys }
  }, lines)
  await page.getByText(`${count} rows`).first().waitFor()
  await page.getByRole('row', { name: new RegExp(`many-${count - 1}abcdefg`) }).waitFor()
  return figures
}

/** The ms from a validation's answer until the page of somebody else shows what it found. */
export async function latency(page, visitor, text) {
  await visitor.evaluate((text) => {
    const look = () => {
      if (!window.shownAt && document.body.innerText.includes(text)) window.shownAt = Date.now()
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
  }, text)
  const answered = page.waitForResponse(/\/validate-gitops$/)
  await page.getByRole('button', { name: 'Validate' }).click()
  await (await answered).finished()
  const at = Date.now()
  return Math.max(0, (await (await visitor.waitForFunction(() => window.shownAt)).jsonValue()) - at)
}
