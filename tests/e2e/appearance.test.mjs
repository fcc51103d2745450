// That an open page is really put into every appearance: what is wrong in one of them only is found there, and nowhere else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { appearances, forced, inEach, optionsOf, walksOf } from './appearance.mjs'
import { layoutProblems, violationsOn } from './axe.mjs'
import { launch } from './harness.mjs'
import { unreachable } from './reachability.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

const all = [...appearances, ...forced]

/** Puts a page through all appearances, and gives what `check` says in each: name → answer. */
async function checked(html, check) {
  const found = {}
  for (const walk of walksOf(all)) {
    const page = await browser.newPage(optionsOf(walk.own))
    await page.setContent(`<!doctype html><html lang="en"><title>A page</title><body><header class="page-header"></header><main><h1>A page</h1>${html}</main>`)
    await inEach(page, walk, async ({ name }) => (found[name] = await check(page)))
    await page.close()
  }
  assert.deepEqual(Object.keys(found).sort(), all.map(({ name }) => name).sort(), 'each appearance once')
  return found
}

/** The names of the appearances in which something is found. */
const where = (found) => Object.keys(found).filter((name) => found[name].length > 0).sort()
const named = (is) => all.filter(is).map(({ name }) => name).sort()

test('a page has the size, zoom, colours and motion of each appearance', async () => {
  const seen = await checked('', (page) =>
    page.evaluate(() => ({
      viewport: { width: innerWidth, height: innerHeight },
      deviceScaleFactor: devicePixelRatio,
      colorScheme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
      reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'reduce' : 'no-preference',
      forcedColors: matchMedia('(forced-colors: active)').matches ? 'active' : 'none',
    })),
  )
  for (const { name, ...options } of all) assert.deepEqual(seen[name], { deviceScaleFactor: 1, forcedColors: 'none', ...options }, name)
})

test('what does not fit at one width is found there only', async () => {
  const wide = '<style>@media (min-width: 700px) and (max-width: 800px) { p { width: 900px } }</style><p>Wide</p>'
  assert.deepEqual(where(await checked(wide, (page) => page.evaluate(layoutProblems))), named(({ viewport }) => viewport.width === 768))
  const low = '<style>@media (max-height: 500px) { p { width: 900px } }</style><p>Wide</p>'
  assert.deepEqual(where(await checked(low, (page) => page.evaluate(layoutProblems))), ['light-magnified'])
})

test('a colour that cannot be read in the dark is found there only', async () => {
  const grey = '<style>body { background: white; color: black } @media (prefers-color-scheme: dark) { p { color: #ddd } }</style><p>Grey</p>'
  assert.deepEqual(where(await checked(grey, (page) => violationsOn(page, 'grey'))), named(({ colorScheme, forcedColors }) => colorScheme === 'dark' && !forcedColors))
})

test('what is covered at one width is found there only', async () => {
  const covered = '<style>@media (max-width: 400px) { div { position: fixed; inset: 0; background: white } }</style><button>Go</button><div></div>'
  assert.deepEqual(where(await checked(covered, (page) => unreachable(page, 'covered'))), named(({ viewport }) => viewport.width === 360))
})

test('the focus and the place stay, also where what has the focus is hidden meanwhile', async () => {
  const [walk] = walksOf(all)
  const page = await browser.newPage(optionsOf(walk.own))
  await page.setContent('<style>@media (min-width: 500px) { button { display: none } } main { height: 5000px }</style><main><button id="it">Go</button></main>')
  await page.focus('#it')
  await page.evaluate(() => scrollTo(0, 300))
  await inEach(page, walk, async () => {})
  assert.deepEqual(await page.evaluate(() => [document.activeElement.id, scrollY, innerWidth]), ['it', 300, walk.own.viewport.width])
  await page.close()
})

test('one appearance can be chosen by its name', () => {
  assert.deepEqual(walksOf(all, 'dark-768').map(({ own, others }) => [own.name, others]), [['dark-768', []]])
  assert.throws(() => walksOf(all, 'pink'), /no appearance is called pink/)
})
