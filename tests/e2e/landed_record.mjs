// Has the page keep whatever it keeps, and writes that down for tests/landed; scripts/landed.sh runs this.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commit, isCompared } from './drafts.mjs'
import { json, kept, landed, prepared } from './landed.mjs'
import { draft, fillIn, heading, signedIn } from './page.mjs'

const version = process.env.HEDGEROW_VERSION

const scenes = {
  async preferences(page) {
    await page.goto('/settings')
    await page.getByRole('radio', { name: 'Dark' }).check()
    await page.getByRole('radio', { name: 'Compact' }).check()
    await page.getByRole('radio', { name: 'Off', exact: true }).check()
  },
  async draft(page) {
    await page.goto('/')
    await fillIn(page, { name: 'kept', repository: 'acme/network', directory: 'sites/kept' })
    await isCompared(page)
    await page.getByRole('radio', { name: /Pull request/ }).check()
    const address = await page.evaluate(() => location.pathname + location.hash)
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click()
    await heading(page, 'Settings')
    return { saved_address: address }
  },
  async plan(page) {
    await draft(page, { name: 'planned', repository: 'acme/network', directory: 'sites/planned' })
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy plan link' }).click()
    await page.getByText('Copied the link to this plan').first().waitFor()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    return { saved_address: link.slice(new URL(link).origin.length) }
  },
  async commit(page) {
    await draft(page, { name: 'pending', repository: 'acme/network', directory: 'sites/pending' })
    await page.route(/\/api\/fabrics$/, (route) => route.request().method() === 'POST' ? undefined : route.continue())
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/fabrics'))
    await commit(page).click()
    await sent
  },
  async import(page) {
    await page.goto('/fabrics/import')
    const list = ['done,acme/fleet,main,rows/done', 'plain,acme/network,main,sites/plain', 'closed,acme/nowhere,main,rows/closed', 'failed,acme/fleet,main,rows/failed', 'sent,acme/fleet,main,rows/sent']
    await page.getByRole('textbox', { name: 'List' }).fill(list.join('\n'))
    await page.getByRole('button', { name: /^Compare/ }).click()
    const problem = { type: '/problems/repository_archived', title: 'Repository archived', status: 403, detail: 'acme/fleet is archived, so nothing can be written to it', code: 'repository_archived', hint: 'unarchive the repository on GitHub, or choose another', request_id: 'a'.repeat(26) }
    await page.route(/\/api\/fabrics$/, (route) => {
      const name = route.request().method() === 'POST' && route.request().postDataJSON().name
      if (name === 'failed') return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) })
      return name === 'sent' ? undefined : route.continue()
    })
    await page.getByRole('button', { name: /^Create 3 fabrics/ }).click()
    await page.waitForFunction(() => Object.entries(sessionStorage).filter(([name]) => name.startsWith('hedgerow-import-row?')).length === 5)
    await page.waitForFunction(() => Object.values(sessionStorage).some((text) => text.includes('"done"')) && Object.values(sessionStorage).some((text) => text.includes('"failed"')))
  },
  async selection(page) {
    await page.goto('/fabrics')
    await page.getByRole('checkbox', { name: 'Select plain' }).click()
    await page.getByRole('checkbox', { name: 'Select drift' }).click()
    await page.getByText('2 selected').waitFor()
  },
  async rename(page, fabrics) {
    await page.goto(`/f/${fabrics.plain}`)
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByLabel('Fabric name').fill('plainer')
    await page.getByLabel('Directory', { exact: true }).fill('sites/plainer')
  },
}

test('what the page keeps is written down', async () => {
  const hedgerow = await prepared(version)
  try {
    const recorded = {}
    for (const [name, walk] of Object.entries(scenes)) {
      const page = await signedIn(hedgerow, 'admin')
      const saved = await walk(page, json(version, 'scenario.json').fabrics)
      recorded[name] = { ...(await kept(page)), ...saved }
      await page.context().close()
    }
    writeFileSync(join(landed, version, 'browser.json'), `${JSON.stringify(recorded, undefined, 2)}\n`)
  } finally {
    await hedgerow.stop()
  }
})
