// `make screenshots`: takes the pictures of docs/screenshots/ from a Hedgerow of its own, so that they show what is there.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { start } from '../tests/e2e/harness.mjs'
import { root } from './serve.mjs'

const folder = join(root, 'docs/screenshots')
mkdirSync(folder, { recursive: true })
const hedgerow = await start()
try {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1280]) await walk({ colorScheme, viewport: { width, height: 900 } })
  }
} finally {
  await hedgerow.stop()
}

/** One person's way through the pages, with a picture of each state. */
async function walk(options) {
  const suffix = `${options.viewport.width}-${options.colorScheme}`
  const page = await hedgerow.newPage(options)
  const picture = async (name) => {
    await page.evaluate(() => scrollTo(0, 0))
    await page.screenshot({ path: join(folder, `${name}-${suffix}.png`), fullPage: true })
  }
  await fetch(`${hedgerow.github}/_standin/commits`, {
    method: 'POST',
    body: JSON.stringify({
      repository: 'acme/network',
      branch: 'main',
      message: 'Prepare a directory',
      files: { [`sites/${suffix}/raw/README.md`]: 'Ask the network team.\n', [`sites/${suffix}/managed/vpcs/vpc-1.yaml`]: 'kind: VPC\n' },
    }),
  })
  await page.goto('/')
  await page.getByRole('treeitem').first().waitFor()
  await picture('create-signed-out')
  await page.getByRole('textbox', { name: 'Fabric name' }).fill('Fabric 1')
  await picture('create-field-error')
  await page.getByRole('button', { name: 'standin-admin' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.getByRole('textbox', { name: 'Fabric name' }).fill('fabric-1')
  await page.getByRole('combobox', { name: 'Repository' }).fill('acme/network')
  await page.getByRole('combobox', { name: 'Directory' }).fill(`sites/${suffix}`)
  await page.getByText('Compared with the branch at').waitFor()
  await picture('create')
  await page.getByRole('button', { name: /^Commit 12 files/ }).click()
  await page.getByRole('heading', { name: 'fabric-1 is recorded' }).waitFor()
  await picture('create-done')
  await page.getByRole('link', { name: 'Open the fabric page' }).click()
  await page.getByRole('button', { name: 'Validate' }).click()
  await page.getByText('Valid', { exact: true }).first().waitFor()
  await picture('fabric')
  await page.goto('/f/aaaaaaaaaaaaaaaaaaaaaaaaaa')
  await page.getByRole('heading', { name: 'No such fabric' }).waitFor()
  await picture('fabric-unknown')
  await page.goto(`/#name=fabric-1&repository=acme/network&branch=main&directory=sites/${suffix}`)
  await page.getByText('Compared with the branch at').waitFor()
  await page.getByRole('button', { name: /^Record fabric/ }).click()
  await page.getByText('fabric_exists').first().waitFor()
  await picture('create-refused')
  await page.context().close()
}
