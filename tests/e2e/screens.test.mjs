// Every screen and state, in both themes and at three widths: axe finds nothing, nothing is cut off, no script fails.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { wrongOn } from './axe.mjs'
import { start } from './harness.mjs'
import { draft, push, signedIn } from './page.mjs'

let hedgerow
before(async () => (hedgerow = await start()))
after(() => hedgerow.stop())

for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['dark', 768], ['light', 360], ['dark', 360], ['light', 640]]) {
  test(`every screen is right, ${colorScheme}, ${width} pixels`, async () => {
    const name = `screens-${colorScheme}-${width}`
    const directory = `screens/${name}`
    await push(hedgerow, {
      [`${directory}/raw/README.md`]: 'Ask the network team.\n',
      [`${directory}/managed/stray.yaml`]: 'kind: VPC\n',
    })
    const visitor = await hedgerow.newPage({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' })
    const wrong = []
    const look = async (page, what) => wrong.push(...(await wrongOn(page, what)))
    await draft(visitor, { name, repository: 'acme/network', directory })
    await visitor.getByText('as everybody can read it').waitFor()
    await look(visitor, 'create, signed out, compared')
    await visitor.getByRole('textbox', { name: 'Fabric name' }).fill('Not A Name')
    await visitor.getByText('This is the tree from before').waitFor()
    await look(visitor, 'create, a wrong name')
    await visitor.goto('/#plan=1&name=x')
    await visitor.reload()
    await visitor.getByText('The plan could not be opened').waitFor()
    await look(visitor, 'create, a damaged plan')
    await visitor.goto('/nowhere')
    await visitor.getByRole('heading', { name: 'Nothing is at this address' }).waitFor()
    await look(visitor, 'an unknown address')
    await visitor.goto('/fabrics')
    await visitor.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
    await look(visitor, 'fabrics, signed out')

    const page = await signedIn(hedgerow, 'admin', { colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' })
    await page.getByText('acme/network').first().waitFor()
    await look(page, 'settings')
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: /Go to fabrics/ }).waitFor()
    await look(page, 'the palette')
    await page.keyboard.press('Escape')
    // What the palette held goes a moment after the palette; until then no single key opens anything.
    await page.locator('.dialog-body').waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await look(page, 'the keys')
    await page.keyboard.press('Escape')
    await draft(page, { name, repository: 'acme/network', directory })
    await page.getByRole('combobox', { name: 'Branch' }).click()
    await page.getByRole('option', { name: /main/ }).waitFor()
    await look(page, 'create, branches to choose')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: `See both versions of ${directory}/raw/README.md` }).click()
    await page.getByText('only in ours').waitFor()
    await look(page, 'create, both versions')
    await page.getByRole('radio', { name: 'Side by side' }).check()
    await look(page, 'create, both versions side by side')
    await page.getByRole('button', { name: /^Commit \d+ files/ }).click()
    await page.getByRole('heading', { name: `${name} is recorded` }).waitFor()
    await look(page, 'create, done')
    await page.getByRole('link', { name: 'Open the fabric page' }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Validate' }).click()
    await page.getByText('Warnings (1)').waitFor()
    await look(page, 'fabric')
    await page.getByRole('button', { name: 'Initialise again…' }).click()
    await page.getByRole('heading', { name: 'What would be committed' }).waitFor()
    await page.getByRole('treeitem').first().waitFor()
    await look(page, 'fabric, initialising again')
    for (const tab of ['Tree', 'History', 'Argo CD and Flux', 'Share', 'Change']) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByRole('tabpanel', { name: tab }).waitFor()
      if (tab === 'Tree') await page.getByRole('treeitem').first().waitFor()
      if (tab === 'History') await page.getByRole('cell', { name: 'created' }).waitFor()
      await look(page, `fabric, ${tab}`)
    }
    await page.goto('/fabrics')
    await page.getByRole('row', { name }).waitFor()
    await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await look(page, 'fabrics, one selected')
    await page.getByRole('searchbox').fill('nothing like it')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    await look(page, 'fabrics, nothing found')
    await page.goto('/fabrics/import')
    await page.getByRole('textbox', { name: 'List' }).fill('a,acme/network\nB,acme')
    await page.getByText('2 rows, 1 to mend').waitFor()
    await look(page, 'import')
    assert.deepEqual([...visitor.problems, ...page.problems].filter((problem) => !/404/.test(problem)), [])
    assert.deepEqual(wrong, [], wrong.join('\n'))
    await visitor.context().close()
    await page.context().close()
  })
}
