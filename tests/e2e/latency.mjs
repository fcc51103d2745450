// The promise that a page shows within two seconds what somebody else did, measured so that it means the same on a busy
// machine: what an ordinary round trip takes at the same time is allowed on top.
import assert from 'node:assert/strict'

/** Lets a page note when it first shows a text from now on, and how long its slowest round trip to the Worker takes. */
export async function timing(page, text) {
  await page.evaluate((text) => {
    const seen = { shownAt: null, slowest: 0, begun: Date.now() }
    window.seen = seen
    const look = () => {
      if (!seen.shownAt && document.body.innerText.includes(text)) seen.shownAt = Date.now()
    }
    look()
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    const ask = async () => {
      seen.begun = Date.now()
      await fetch('/api/health').catch(() => {})
      seen.slowest = Math.max(seen.slowest, Date.now() - seen.begun)
      if (!seen.shownAt) setTimeout(ask, 50)
    }
    ask()
  }, text)
  assert.equal(await page.evaluate(() => window.seen.shownAt), null, `"${text}" is there already`)
}

/** Waits until the page shows the text, however long that takes, and gives when it did and its slowest round trip. */
export async function shown(page) {
  await page.waitForFunction(() => window.seen.shownAt)
  return page.evaluate(() => ({ at: window.seen.shownAt, slowest: Math.max(window.seen.slowest, Date.now() - window.seen.begun) }))
}

/** Holds a page to its promise: shown at most two seconds, and a round trip, after it was done. */
export function assertPrompt({ at, slowest }, doneAt) {
  assert.ok(at - doneAt <= 2_000 + slowest, `shown ${at - doneAt} ms after it was done; a round trip took up to ${slowest} ms`)
}
