// What many entries, fabrics and rows cost in comparison with few, in the same run: a slow machine slows both. What is
// promised in milliseconds is held by `make speed`. This file has the machine to itself (scripts/test/files.mjs).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'
import { ENTRIES, importKeys, keyPresses, listed, listing, searched } from './measure.mjs'
import { signedIn } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const least = (figures) => Math.min(...figures)

test(`a key press costs about as much with ${ENTRIES} entries in the directory as with one`, async (t) => {
  const figures = await keyPresses(hedgerow)
  const rounded = (figure) => figure.toFixed(1).padStart(6)
  t.diagnostic('median ms              work: few   many    frame: few   many     rest: few   many')
  for (const [field, { few, many }] of Object.entries(figures)) {
    const pair = (what) => `${rounded(few[what])} ${rounded(many[what])}`
    t.diagnostic(`${field.padEnd(24)} ${pair('work')}        ${pair('frame')}       ${pair('rest')}`)
  }
  for (const [field, { few, many }] of Object.entries(figures)) {
    assert.ok(many.work <= 3 * few.work, `${field}: ${many.work} ms of the main thread until it is painted, ${few.work} ms with one entry`)
    assert.ok(many.frame <= 3 * few.frame, `${field}: painted after ${many.frame} ms, after ${few.frame} ms with one entry`)
    assert.ok(many.rest <= 4 * few.rest, `${field}: ${many.rest} ms of the main thread for the tree that follows, ${few.rest} ms with one entry`)
  }
})

test('a search costs about as much in five thousand fabrics as in a hundred', async (t) => {
  const figures = {}
  for (const count of [100, 5000]) {
    const page = await signedIn(hedgerow, 'admin')
    await listed(page, listing(count))
    await page.goto('/fabrics')
    await page.getByText(`${count} fabrics`).waitFor()
    figures[count] = []
    for (const digit of '123456789') {
      const names = listing(count).map(({ name }) => name).filter((name) => name.startsWith(`fabric-${digit}`))
      figures[count].push(await searched(page, `fabric-${digit} site`, names, count))
    }
    await page.context().close()
  }
  const [few, many] = [least(figures[100]), least(figures[5000])]
  t.diagnostic(`until the right rows are painted: ${few.toFixed(1)} ms of 100 fabrics, ${many.toFixed(1)} ms of 5000`)
  assert.ok(many <= 5 * few, `${many} ms of 5000 fabrics, ${few} ms of 100`)
})

test('a key in an import list of 400 rows costs less than half of what pasting the list does', async (t) => {
  const page = await signedIn(hedgerow, 'admin')
  const { pasted, keys } = await importKeys(page, 400)
  t.diagnostic(`400 rows, until they are painted: pasted in ${pasted.toFixed(0)} ms, a key in ${least(keys).toFixed(0)} ms`)
  assert.ok(least(keys) < pasted / 2, `a key took ${keys.join(', ')} ms, pasting ${pasted} ms`)
  await page.context().close()
})
