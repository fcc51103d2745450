// Every screen and state, in both themes and at three widths, magnified, and with the colours and the motion that a
// person asks for: axe finds nothing, nothing is cut off, no script fails.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appearances, forced, inEach, optionsOf, walksOf } from './appearance.mjs'
import { violationsOn } from './axe.mjs'
import { start } from './harness.mjs'
import { draft, fault, push, refusal, signedIn } from './page.mjs'

/** So many screens and states are inspected in each appearance. */
const SCREENS = 41

/** A Hedgerow for each walk and test: GitHub answers 60 questions an hour without a token. */
async function withHedgerow(work) {
  const hedgerow = await start()
  try {
    await work(hedgerow)
  } finally {
    await hedgerow.stop()
  }
}

const walks = walksOf([...appearances.map((appearance) => ({ ...appearance, reducedMotion: 'reduce' })), ...forced])

test('every screen passes in every appearance', { concurrency: true }, async (t) => {
  const found = new Map(walks.flatMap(({ own, others }) => [own, ...others].map(({ name }) => [name, { screens: 0, problems: [] }])))
  const walked = async (hedgerow, walk) => {
    const inspect = (page, what) =>
      inEach(page, walk, async (appearance) => {
        const seen = found.get(appearance.name)
        seen.screens += 1
        seen.problems.push(...(await violationsOn(page, what)))
      })
    const options = optionsOf(walk.own)
    const visitor = await asVisitor(hedgerow, await hedgerow.newPage(options), inspect, walk.own.name)
    const admin = await asAdmin(hedgerow, await signedIn(hedgerow, 'admin', options), inspect, walk.own.name)
    assert.deepEqual([...visitor, ...admin], [])
  }
  await Promise.all(walks.map((walk) => t.test(`walked in ${walk.own.name}`, () => withHedgerow((hedgerow) => walked(hedgerow, walk)))))
  for (const [name, { screens, problems }] of found) {
    await t.test(name, () => {
      assert.deepEqual(problems, [], problems.join('\n'))
      assert.equal(screens, SCREENS)
    })
  }
})

/** What somebody sees who is not signed in. */
async function asVisitor(hedgerow, page, inspect, name) {
  const directory = `screens/${name}`
  await push(hedgerow, { [`${directory}/raw/README.md`]: 'Ask the network team.\n', [`${directory}/managed/stray.yaml`]: 'kind: VPC\n' })
  await draft(page, { name, repository: 'acme/network', directory })
  await page.getByText('as everybody can read it').waitFor()
  await inspect(page, 'create, signed out, compared')
  await page.getByRole('textbox', { name: 'Fabric name' }).fill('Not A Name')
  await page.getByText('This is the previous tree').waitFor()
  await inspect(page, 'create, a wrong name')
  await page.goto('/#plan=1&name=x')
  await page.reload()
  await page.getByText('The plan could not be opened').waitFor()
  await inspect(page, 'create, a damaged plan')
  await page.goto('/nowhere')
  await page.getByRole('heading', { name: 'Nothing is at this address' }).waitFor()
  await inspect(page, 'an unknown address')
  await page.goto('/f/aaaaaaaaaaaaaaaaaaaaaaaaaa')
  await page.getByRole('heading', { name: 'No such fabric' }).waitFor()
  await inspect(page, 'a fabric that is none, or private')
  for (const [address, what] of [['/fabrics', 'fabrics'], ['/settings', 'settings']]) {
    await page.goto(address)
    await page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
    await inspect(page, `${what}, signed out`)
  }
  await page.context().close()
  return unexpected(page)
}

/** What somebody sees who may do everything. */
async function asAdmin(hedgerow, page, inspect, name) {
  const directory = `screens/${name}`
  await page.getByText('acme/network').first().waitFor()
  await inspect(page, 'settings')
  await page.keyboard.press('Control+k')
  await page.getByRole('option', { name: /Go to fabrics/ }).waitFor()
  await inspect(page, 'the palette')
  await page.keyboard.press('Escape')
  // What the palette held goes a moment after the palette; until then no single key opens anything.
  await page.locator('.dialog-body').waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await inspect(page, 'the keys')
  await page.keyboard.press('Escape')

  await draft(page, { name, repository: 'acme/network', directory })
  await inspect(page, 'create, compared')
  await page.getByRole('combobox', { name: 'Branch' }).click()
  await page.getByRole('option', { name: /main/ }).waitFor()
  await inspect(page, 'create, branches to choose')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: `Compare both versions of ${directory}/raw/README.md` }).click()
  await page.getByText('only in the layout').waitFor()
  await inspect(page, 'create, both versions')
  await page.getByRole('radio', { name: 'Side by side' }).check()
  await inspect(page, 'create, both versions side by side')
  await page.context().setOffline(true)
  await page.getByText('No connection').waitFor()
  await inspect(page, 'create, no connection')
  await page.context().setOffline(false)
  await push(hedgerow, { [`${directory}/unmanaged/README.md`]: 'Ours.\n' })
  await page.getByRole('button', { name: /^Commit \d+ files/ }).click()
  await page.getByText('The directory changed; compared again').waitFor()
  await inspect(page, 'create, changed meanwhile')
  await page.getByRole('button', { name: /^Commit \d+ files/ }).click()
  await page.getByRole('heading', { name: `${name} is recorded` }).waitFor()
  await inspect(page, 'create, done')
  await draft(page, { name, repository: 'acme/network', directory: `${directory}-2` })
  await page.getByRole('button', { name: /^Commit \d+ files/ }).click()
  await page.getByText('name_taken').first().waitFor()
  await inspect(page, 'create, refused')
  await draft(page, { name, repository: 'acme/network', directory })
  await page.getByText('already belongs to the fabric').waitFor()
  await inspect(page, 'create, taken')

  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('Warnings (1)').waitFor()
  await inspect(page, 'fabric, with a warning')
  await page.getByRole('button', { name: 'Initialise again…' }).click()
  await page.getByRole('heading', { name: 'What would be committed' }).waitFor()
  await page.getByRole('treeitem').first().waitFor()
  await inspect(page, 'fabric, initialising again')
  for (const tab of ['Tree', 'History', 'Argo CD and Flux', 'Share', 'Settings']) {
    await page.getByRole('tab', { name: tab }).click()
    await page.getByRole('tabpanel', { name: tab }).waitFor()
    if (tab === 'Tree') await page.getByRole('treeitem').first().waitFor()
    if (tab === 'History') await page.getByRole('cell', { name: 'creation' }).waitFor()
    await inspect(page, `fabric, ${tab}`)
  }
  await page.getByRole('radio', { name: /^The record and the layout's own files/ }).check()
  await page.getByRole('heading', { name: /^Removes \d+ files/ }).waitFor()
  await page.getByRole('textbox', { name: 'Directory' }).fill(`${directory}-moved`)
  await page.getByRole('button', { name: 'Show what would change' }).click()
  await page.getByRole('heading', { name: /^Moves \d+/ }).waitFor()
  await inspect(page, 'fabric, what would move and what would be removed')
  await push(hedgerow, { [`${directory}/managed/README.md`]: null })
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('Broken', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Repair…' }).click()
  await page.getByRole('heading', { name: 'Writes 1 file' }).waitFor()
  await inspect(page, 'fabric, not valid, with its repair')
  await page.getByRole('button', { name: 'Read the repository now' }).click()
  await page.getByRole('tabpanel').getByText('Confirmed by GitHub just now', { exact: true }).waitFor()
  await inspect(page, 'fabric, checked by the reader')
  await fault(hedgerow, refusal)
  await page.getByRole('button', { name: /^Commit 1 change/ }).click()
  await page.getByRole('alert').getByText(/Repository rule violations found/).waitFor()
  await inspect(page, 'fabric, an error')

  await page.goto('/fabrics/import')
  await page.getByRole('textbox', { name: 'List' }).fill(`${name}-a,acme/fleet,main,${name}/a\n${name}-b,acme/private,main,${name}/b\nB,acme`)
  await page.getByText('3 rows, 1 to fix').waitFor()
  await inspect(page, 'import, a row to fix')
  await page.getByRole('button', { name: /^Compare 2/ }).click()
  await page.getByRole('button', { name: 'Create 2 fabrics with 28 files' }).waitFor()
  await inspect(page, 'import, compared')
  // The first one is refused, and the other one is sent after that.
  await fault(hedgerow, refusal)
  let sendsOther
  const isRefused = new Promise((done) => (sendsOther = done))
  await page.route('**/api/fabrics', async (route) => {
    if (route.request().postDataJSON()?.name === `${name}-b`) await isRefused
    await route.continue()
  })
  await page.getByRole('button', { name: 'Create 2 fabrics with 28 files' }).click()
  await page.getByText(/Repository rule violations found/).first().waitFor()
  sendsOther()
  await page.getByText('1 of 2 done, 1 not done').first().waitFor()
  await page.unroute('**/api/fabrics')
  await inspect(page, 'import, one of two done')
  await page.goto('/fabrics')
  await page.getByRole('row', { name }).first().waitFor()
  await page.getByRole('link', { name: `${name}-b` }).click()
  await page.getByRole('heading', { name: `${name}-b`, level: 1 }).waitFor()
  await page.getByRole('tab', { name: 'Share' }).click()
  await page.getByText('The repository is private').waitFor()
  // Scrolled as it was, the header lies over a part of a link, which is then no place to press.
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
  await inspect(page, 'fabric, private')

  await page.goto(`/fabrics?q=${name}`)
  await page.getByRole('row', { name }).first().waitFor()
  await inspect(page, 'fabrics')
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await inspect(page, 'fabrics, all selected')
  await page.getByRole('button', { name: 'Initialise again…' }).click()
  await page.getByRole('button', { name: /^Commit 1 file/ }).waitFor()
  await inspect(page, 'fabrics, what would be written')
  await fault(hedgerow, refusal)
  await page.getByRole('button', { name: /^Commit 1 file/ }).click()
  await page.getByRole('list', { name: 'Not done' }).waitFor()
  await inspect(page, 'fabrics, one not done')
  await page.getByRole('searchbox').fill('nothing like it')
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
  await inspect(page, 'fabrics, nothing found')
  await page.route('**/api/fabrics*', (route) => route.fulfill({ json: { fabrics: [], next_cursor: null } }))
  await page.goto('/fabrics')
  await page.getByRole('heading', { name: 'No fabric yet' }).waitFor()
  await inspect(page, 'fabrics, none')
  await page.unroute('**/api/fabrics*')
  await page.route('**/api/fabrics*', (route) => route.fulfill({ status: 502, body: 'bad gateway' }))
  await page.reload()
  await page.getByText('The answer could not be read').waitFor()
  await inspect(page, 'fabrics, not to be read')
  await page.context().close()
  return unexpected(page)
}

/** What went wrong in a page, apart from what was made to. */
function unexpected(page) {
  const made = /status of (404|409|502)|ERR_INTERNET_DISCONNECTED|WebSocket/
  return page.problems.filter((problem) => !made.test(problem))
}

test('with forced colours the focus, the selection and every state can be told apart', () => withHedgerow(async (hedgerow) => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await signedIn(hedgerow, 'admin', { colorScheme, forcedColors: 'active', viewport: { width: 1280, height: 800 } })
    const name = `forced-${colorScheme}`
    await push(hedgerow, { [`screens/${name}/raw/README.md`]: 'Ours.\n' })
    await draft(page, { name, repository: 'acme/network', directory: `screens/${name}` })
    await page.getByRole('treeitem', { name: /^README.md modified/ }).click()
    assert.deepEqual(await unseen(page), [], 'create')
    assert.deepEqual(await unfocused(page), [], 'create')
    assert.notEqual(await outline(page.getByRole('treeitem', { selected: true })), await outline(page.getByRole('treeitem', { selected: false }).first()))
    assert.notEqual(await outline(page.getByRole('link', { name: 'Create' })), await outline(page.getByRole('link', { name: 'Settings' })), 'where one is')
    await page.getByRole('button', { name: /^Commit \d+ files/ }).click()
    await page.getByRole('link', { name: 'Open the fabric page' }).click()
    await page.getByText('Updates live', { exact: true }).waitFor()
    assert.deepEqual(await unseen(page), [], 'fabric')
    assert.deepEqual(await unfocused(page), [], 'fabric')
    assert.notEqual(await outline(page.getByRole('tab', { selected: true })), await outline(page.getByRole('tab', { selected: false }).first()))

    await page.goto('/fabrics')
    const row = (selected) => page.locator(`.table-body .table-row[aria-selected=${selected}]`).first()
    await page.getByRole('checkbox', { name: 'Select', exact: false }).nth(1).check()
    assert.deepEqual(await unseen(page), [], 'fabrics')
    assert.deepEqual(await unfocused(page), [], 'fabrics')
    assert.notEqual(await outline(row(true)), 'none')
    assert.equal(await outline(page.locator('.table-head')), 'none')
    await page.getByRole('grid').focus()
    await page.keyboard.press('End')
    assert.match(await outline(page.locator('.table-row-active')), /dashed/, 'the row that keys act on')
    assert.notEqual(await outline(page.getByRole('button', { name: /^All/ })), await outline(page.getByRole('button', { name: /^Healthy \d/ })), 'the filter that is on')
    await page.context().close()
  }
}))

/** An element's outline, `none` without one. */
const outline = (locator) => locator.evaluate((element) => {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
  return outlineStyle === 'none' ? 'none' : `${outlineWidth} ${outlineStyle} ${outlineColor}`
})

/** What vanishes against what is behind it: borders of controls and boxes, pictures, words. */
const unseen = (page) => page.evaluate(() => {
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number)
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b)
    return (high + 0.05) / (low + 0.05)
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if ((parts(colour)[3] ?? 1) > 0) return colour
    }
    const probe = document.body.appendChild(document.createElement('i'))
    probe.style.color = 'Canvas'
    const canvas = getComputedStyle(probe).color
    probe.remove()
    return canvas
  }
  const found = []
  const check = (element, what, colour, least) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return
    const is = contrast(colour, behind(what === 'border' ? element.parentElement : element))
    if (is < least) found.push(`${what} ${colour} on ${behind(element)}, ${is.toFixed(1)}: ${element.outerHTML.slice(0, 120)}`)
  }
  for (const element of document.querySelectorAll('.button:not(.button-bare), .input, .card, .state-badge, .notice, .filter-button, .fabric-table, .tree-box, .choice-group')) {
    check(element, 'border', getComputedStyle(element).borderTopColor, 3)
  }
  for (const element of document.querySelectorAll('svg path, svg circle')) check(element, 'picture', getComputedStyle(element).stroke, 3)
  for (const element of document.querySelectorAll('.live-dot')) {
    const is = contrast(getComputedStyle(element).backgroundColor, behind(element.parentElement))
    if (is < 3) found.push(`dot: ${is}`)
  }
  for (const element of document.querySelectorAll('p, h1, h2, h3, .status-mark, .state-badge, .tree-name, a, button:not(:disabled), dt, dd, label')) {
    if (element.textContent.trim()) check(element, 'text', getComputedStyle(element).color, 4.5)
  }
  return found
})

/** What takes the focus without showing it. */
async function unfocused(page) {
  const found = new Set()
  await page.evaluate(() => document.activeElement.blur())
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab')
    const bare = await page.evaluate(() => {
      const element = document.activeElement
      if (element === document.body) return null
      const shows = [element, element.closest('.segmented-option, .file-button')].filter(Boolean).some((element) => {
        const style = getComputedStyle(element)
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1
      })
      return shows ? null : element.outerHTML.slice(0, 120)
    })
    if (bare) found.add(bare)
  }
  return [...found]
}

test('motion is short, and reduced motion is respected', () => withHedgerow(async (hedgerow) => {
  for (const [reducedMotion, moves] of [['no-preference', true], ['reduce', false]]) {
    const page = await hedgerow.newPage({ reducedMotion })
    await page.goto('/')
    await page.getByRole('treeitem').first().waitFor()
    const times = await page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => {
      const style = getComputedStyle(element)
      return style.transitionDuration.split(', ').map((time) => (time.endsWith('ms') ? parseFloat(time) : parseFloat(time) * 1000))
    }))
    const longest = Math.max(...times)
    assert.equal(longest > 0, moves, `${reducedMotion}: ${longest} ms`)
    assert.ok(longest <= 150, `${longest} ms`)
    // Whatever is under way has a spinner; it stands still, and its label says the same.
    await page.route('**/repos/**', () => {})
    await page.getByRole('combobox', { name: 'Repository' }).fill('acme/network')
    await page.getByRole('combobox', { name: 'Repository' }).press('Tab')
    await page.getByText('Comparing with the branch…').waitFor()
    const turning = await page.evaluate(() => document.getAnimations().filter(({ playState, effect }) => playState === 'running' && effect.target.classList.contains('spinner')).length)
    assert.equal(turning > 0, moves, reducedMotion)
    await page.context().close()
  }
}))
