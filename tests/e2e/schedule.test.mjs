// What Hedgerow does by the clock, in workerd with its real queue: fabrics that are due are looked at.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { draft, push, signedIn } from './page.mjs'
import { until } from './until.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

/** Makes every fabric due, as if a day had passed: the Worker has to be down meanwhile. Tells how many there are. */
function allAreDue() {
  const files = readdirSync(hedgerow.state, { recursive: true }).filter((name) => /IndexObject.[0-9a-f]+\.sqlite$/.test(name))
  const changed = files.map((file) => {
    const database = new DatabaseSync(join(hedgerow.state, file))
    const { changes } = database.prepare('UPDATE looks SET counts_from_ms = 0').run()
    database.close()
    return Number(changes)
  })
  return changed.reduce((all, some) => all + some, 0)
}

test('a fabric that is due is looked at without anybody, and its page says what was found and when the next look comes', async () => {
  const page = await signedIn(hedgerow, 'admin')
  await draft(page, { name: 'due', repository: 'acme/network', directory: 'clock/due' })
  await page.getByRole('button', { name: 'Commit 14 files to acme/network@main' }).click()
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByText('Healthy', { exact: true }).waitFor()
  const id = page.url().split('/').pop()
  // From here on nobody looks at it.
  await page.goto('about:blank')
  const looks = () => fetch(`${hedgerow.base}/api/fabrics/${id}/looks`).then((answer) => answer.json())
  await until(looks, ({ next_at }) => next_at)
  // As it was: one query says so.
  await hedgerow.kill()
  assert.equal(allAreDue(), 1)
  await hedgerow.restart()
  await hedgerow.tick()
  await until(looks, ({ last_found }) => last_found === 'unchanged')
  // Changed: it is read.
  await push(hedgerow, { 'clock/due/managed/README.md': null })
  await hedgerow.kill()
  allAreDue()
  await hedgerow.restart()
  const visitor = await hedgerow.newPage()
  await visitor.clock.install()
  await visitor.goto(`/f/${id}#history`)
  await visitor.getByText('Healthy', { exact: true }).first().waitFor()
  await visitor.getByText(/ The last one, .+, found nothing new\./).waitFor()
  await hedgerow.tick()
  // Whoever has the page open sees it, and within a minute what the look was.
  await visitor.getByText('Broken', { exact: true }).first().waitFor()
  // As long as it is broken, hourly.
  await until(looks, ({ last_found, next_at }) => last_found === 'read' && Date.parse(next_at) > Date.now() + 40 * 60_000)
  await visitor.clock.fastForward(61_000)
  await visitor.getByText(/The next check by itself is in \d+ minutes\. The last one, .+, read the branch/).waitFor()
  assert.deepEqual(visitor.problems, [])
  await page.goto(`${hedgerow.base}/f/${id}`)
  await page.getByText('Broken', { exact: true }).first().waitFor()
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByRole('row').filter({ hasText: 'Hedgerow' }).getByRole('cell', { name: 'check', exact: true }).waitFor()
  await page.getByText(/The next check by itself is in \d+ minutes\. The last one, just now, read the branch/).waitFor()
})
