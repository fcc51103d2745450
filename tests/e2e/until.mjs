// Waits for what comes about by itself. Nothing here measures: the limit ends what hangs, and nothing else.
import { setTimeout as sleep } from 'node:timers/promises'

/** So long is anything waited for that a person would see; a machine that is busy takes a few seconds. */
export const PATIENCE_MS = 3 * 60_000

/** Asks again and again until the answer is right, and gives it. */
export async function until(ask, isRight = Boolean) {
  const begun = Date.now()
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (Date.now() - begun > PATIENCE_MS) throw new Error(`in ${PATIENCE_MS / 1000} s it never came about, at the end: ${JSON.stringify(answer)}`)
    await sleep(50)
  }
}

/** Waits until a page has drawn what is known to it, and whatever moves there has come to its end. */
export const atRest = (page) =>
  page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    await frame()
    await frame()
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })

/** Waits until a page is at rest and whatever it was about to ask has been asked: requests leave in their order. */
export async function hasAsked(page) {
  await atRest(page)
  await page.evaluate(() => fetch('/api/health', { cache: 'no-store' }).then((answer) => answer.text()))
}
