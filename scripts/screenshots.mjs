// `make screenshots`: takes the pictures of docs/screenshots/ from a Hedgerow of its own, so that they show what is there.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { start } from '../tests/e2e/harness.mjs'
import { describe, draft, push, signedIn } from '../tests/e2e/page.mjs'
import { root } from './serve.mjs'

const folder = join(root, 'docs/screenshots')
mkdirSync(folder, { recursive: true })
const hedgerow = await start({ vars: { DEMO_ROLES: 'admin,reader,outsider' } })
try {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 768, 1280]) await walk({ colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' })
  }
} finally {
  await hedgerow.stop()
}

/** One person's way through the pages, with a picture of each screen and state. */
async function walk(options) {
  const suffix = `${options.viewport.width}-${options.colorScheme}`
  const directory = `sites/${suffix}`
  const picture = async (page, name, fullPage = true) => {
    await page.evaluate(() => scrollTo(0, 0))
    await page.screenshot({ path: join(folder, `${name}-${suffix}.png`), fullPage })
  }
  await push(hedgerow, {
    [`${directory}/raw/README.md`]: '# raw/ - inbox of the network team\n\nAsk the network team before you put anything here.\n',
    [`${directory}/managed/vpcs/vpc-1.yaml`]: 'kind: VPC\n',
  })
  const visitor = await hedgerow.newPage(options)
  await visitor.goto('/')
  await visitor.getByRole('treeitem').first().waitFor()
  await picture(visitor, 'create-signed-out')
  await describe(visitor, { name: 'dc-west', repository: 'acme/network', directory })
  await visitor.getByText('as everybody can read it').waitFor()
  await picture(visitor, 'create-public')
  await visitor.getByRole('textbox', { name: 'Fabric name' }).fill('DC West')
  await visitor.getByText('This is the tree from before').waitFor()
  await picture(visitor, 'create-field-error')
  await visitor.goto('/f/aaaaaaaaaaaaaaaaaaaaaaaaaa')
  await visitor.getByRole('heading', { name: 'No such fabric' }).waitFor()
  await picture(visitor, 'fabric-unknown')
  await visitor.goto('/fabrics')
  await visitor.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
  await picture(visitor, 'fabrics-signed-out')
  await visitor.context().close()

  const page = await signedIn(hedgerow, 'admin', options)
  await page.getByText('acme/protected').first().waitFor()
  await picture(page, 'settings')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Find a page or an action' }).pressSequentially('fab')
  await picture(page, 'palette', false)
  await page.keyboard.press('Escape')
  await page.locator('.dialog-body').waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await picture(page, 'keys', false)
  await page.keyboard.press('Escape')
  await page.locator('.dialog-body').waitFor({ state: 'detached' })
  await draft(page, { name: suffix, repository: 'acme/network', directory })
  await picture(page, 'create')
  await page.getByRole('combobox', { name: 'Repository' }).click()
  await page.getByRole('option', { name: /acme\/network/ }).waitFor()
  await picture(page, 'create-repositories', false)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^See both versions/ }).click()
  await page.getByText('only in ours').waitFor()
  await page.screenshot({ path: join(folder, `create-both-${suffix}.png`) })
  await page.getByRole('radio', { name: 'Side by side' }).check()
  await picture(page, 'create-side-by-side', false)
  await page.getByRole('button', { name: /^Commit 12 files/ }).click()
  await page.getByRole('heading', { name: `${suffix} is recorded` }).waitFor()
  await picture(page, 'create-done')
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByRole('tabpanel').getByText('Valid', { exact: true }).waitFor()
  await picture(page, 'fabric')
  for (const tab of ['Tree', 'History', 'Argo CD and Flux', 'Share', 'Change']) {
    await page.getByRole('tab', { name: tab }).click()
    if (tab === 'Tree') await page.getByRole('treeitem').first().waitFor()
    if (tab === 'History') await page.getByRole('cell', { name: 'created' }).waitFor()
    await picture(page, `fabric-${tab.split(' ')[0].toLowerCase()}`)
  }
  await draft(page, { name: suffix, repository: 'acme/network', directory })
  await page.getByRole('button', { name: /^Record fabric/ }).click()
  await page.getByText('fabric_exists').first().waitFor()
  await picture(page, 'create-refused')
  await page.goto('/#')
  await describe(page, { name: `guarded-${suffix}`, repository: 'acme/protected', directory })
  await page.getByText('Compared with the branch at').waitFor()
  await picture(page, 'create-pull-request')
  await page.goto('/fabrics/import')
  await page.getByRole('textbox', { name: 'List' }).fill(`name,repository,branch,directory\nleaf-${suffix},acme/fleet,main,${directory}/leaf\nspine-${suffix},acme/fleet,main,${directory}/spine\nDC 3,acme/fleet`)
  await page.getByText('3 rows, 1 to mend').waitFor()
  await page.getByRole('button', { name: /^Compare 2/ }).click()
  await page.getByRole('button', { name: /^Create 2/ }).waitFor()
  await picture(page, 'import')
  await page.getByRole('button', { name: /^Create 2/ }).click()
  await page.getByText('2 of 2 done').first().waitFor()
  await picture(page, 'import-done')
  await push(hedgerow, { [`${directory}/leaf/managed/metadata/directory-info.json`]: '{}\n' }, { repository: 'acme/fleet' })
  await page.goto('/fabrics')
  await page.getByRole('row', { name: `leaf-${suffix}` }).waitFor()
  await page.getByRole('checkbox', { name: `Select leaf-${suffix}` }).check()
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('1 of 1 done').first().waitFor()
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('checkbox', { name: `Select leaf-${suffix}` }).check()
  await picture(page, 'fabrics')
  await page.context().close()
}
