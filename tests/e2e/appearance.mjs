// How a page is shown: the size and zoom of the window, the colours and the motion that a person asks for. An open page is
// put into one after another, which takes a fraction of the time of going the whole way there again in each.
import { atRest } from './until.mjs'

const [phone, tablet, desk] = [360, 768, 1280].map((width) => ({ width, height: 800 }))
/** A window of 1280 by 800 at 200 %. */
const magnified = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }

/** Two in which somebody walks, narrow and wide, and the others. Nothing moves for those who like it dark. */
export const appearances = [
  { name: 'dark-360', colorScheme: 'dark', viewport: phone },
  { name: 'light-1280', colorScheme: 'light', viewport: desk },
  { name: 'light-360', colorScheme: 'light', viewport: phone },
  { name: 'light-768', colorScheme: 'light', viewport: tablet },
  { name: 'light-magnified', colorScheme: 'light', ...magnified },
  { name: 'dark-768', colorScheme: 'dark', viewport: tablet },
  { name: 'dark-1280', colorScheme: 'dark', viewport: desk },
].map((appearance) => ({ reducedMotion: appearance.colorScheme === 'dark' ? 'reduce' : 'no-preference', ...appearance }))

/** With the system's colours instead of ours. */
export const forced = [
  { name: 'light-1280-forced', colorScheme: 'light', viewport: desk },
  { name: 'dark-360-forced', colorScheme: 'dark', viewport: phone },
].map((appearance) => ({ reducedMotion: 'reduce', forcedColors: 'active', ...appearance }))

/** What a browser's context is opened with for an appearance. */
export const optionsOf = ({ name: _, ...options }) => options

/**
 * Walks of all appearances: each of the first two with a share of the others, so that every place that both come by is
 * seen once in each. `only` chooses some by name.
 */
export function walksOf(all, only) {
  const wanted = all.filter(({ name }) => !only || name.match(only))
  if (wanted.length === 0) throw new Error(`no appearance is called ${only}`)
  const walks = wanted.slice(0, 2).map((own) => ({ own, others: [] }))
  for (const [index, other] of wanted.slice(2).entries()) walks[index % walks.length].others.push(other)
  return walks
}

const sessions = new WeakMap()

/** Shows an open page in an appearance, and waits until it stands still. */
async function show(page, { viewport, deviceScaleFactor = 1, colorScheme, reducedMotion, forcedColors = 'none' }) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page))
  await page.emulateMedia({ colorScheme, reducedMotion, forcedColors })
  await sessions.get(page).send('Emulation.setDeviceMetricsOverride', { ...viewport, deviceScaleFactor, mobile: false })
  await page.waitForFunction(({ width, height }) => innerWidth === width && innerHeight === height, viewport)
  await atRest(page)
}

/** Checks an open page as it is shown, then in every other appearance; at the end it is shown, focused and scrolled as before. */
export async function inEach(page, { own, others }, check) {
  await check(own)
  if (others.length === 0) return
  const before = await page.evaluateHandle(() => ({ focus: document.activeElement, top: scrollY }))
  const restore = () =>
    page.evaluate(({ focus, top }) => {
      if (focus !== document.activeElement && focus !== document.body && focus.isConnected) focus.focus({ preventScroll: true })
      scrollTo({ top, behavior: 'instant' })
    }, before)
  for (const other of others) {
    await show(page, other)
    await restore()
    await check(other)
  }
  await show(page, own)
  await restore()
  await before.dispose()
}
