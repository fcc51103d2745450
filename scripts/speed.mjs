// Measures how long each page takes from nothing to usable, in the browser, with a cold cache each time, and what it loads.
// usage: speed.mjs [ROUNDS]; `make speed` builds the release before.
import { start } from '../tests/e2e/harness.mjs'
import { draft, signedIn } from '../tests/e2e/page.mjs'

const rounds = Number(process.argv[2] ?? 9)
const hedgerow = await start()

/** Notes in the page when `selector` is first there to be used. */
function watch(selector) {
  const look = () => {
    const found = document.querySelector(selector)
    if (found && !found.disabled) window.usableAfter = performance.now()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Milliseconds from navigation to the frame in which `selector` was there, and what was loaded until then. */
async function usable(state, address, selector) {
  const context = await hedgerow.newContext({ storageState: state })
  const page = await context.newPage()
  await page.addInitScript(watch, selector)
  await page.goto(address)
  const took = await (await page.waitForFunction(() => window.usableAfter)).jsonValue()
  const files = await page.evaluate((until) => performance.getEntriesByType('resource').filter((entry) => entry.startTime < until && entry.name.includes('/assets/')).length, took)
  await context.close()
  return { took, files }
}

try {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'fabric-1', repository: 'acme/network', directory: 'gitops/speed' })
  await page.getByRole('button', { name: /^Commit / }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name: 'fabric-1', level: 1 }).waitFor()
  const fabric = new URL(page.url()).pathname
  const state = await page.context().storageState()
  const pages = [
    ['/', 'tree and fields', 'main:has(#name:enabled) [role=treeitem]'],
    [fabric, 'state and actions', 'main .actions button:not([disabled])'],
    ['/fabrics', 'rows', 'main a[href^="/f/"]'],
    ['/fabrics/import', 'the field', 'main textarea'],
    ['/settings', 'the account', '#account-heading'],
  ]
  console.log(`${rounds} rounds each, cold cache: milliseconds from navigation to usable (minimum, median, maximum), and files until then`)
  for (const [address, what, selector] of pages) {
    const all = []
    for (let round = 0; round < rounds; round += 1) all.push(await usable(state, address, selector))
    const took = all.map((one) => one.took).sort((left, right) => left - right)
    const figures = [took[0], took[Math.floor(took.length / 2)], took.at(-1)].map((ms) => ms.toFixed(0).padStart(5)).join(' ')
    console.log(`${figures} ms  ${String(all[0].files).padStart(2)} files  ${address === fabric ? '/f/{id}' : address}: ${what}`)
  }
} finally {
  await hedgerow.stop()
}
