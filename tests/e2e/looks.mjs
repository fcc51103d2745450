// The same walk in every look: light and dark, on a phone, a tablet and a desk, and magnified. Each look is a person with
// repositories of their own, so that all of them go at the same time.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { misplaced } from './axe.mjs'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { change, control, fault, push, refusal } from './page.mjs'
import { outOfReach } from './reach.mjs'

const sizes = ['light', 'dark'].flatMap((colorScheme) => [360, 768, 1280].map((width) => ({ colorScheme, viewport: { width, height: 800 } })))
// Nothing moves for half of them.
const looks = sizes.map((options) => ({
  name: `${options.colorScheme}-${options.viewport.width}`,
  options: { ...options, reducedMotion: options.colorScheme === 'dark' ? 'reduce' : 'no-preference' },
}))
// A window of 1280 by 800 at 200 %.
looks.push({ name: 'light-magnified', options: { colorScheme: 'light', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 } })

// For whoever works on the pages: LOOKS=dark-360 goes in that one only, PICTURES=folder keeps what is seen.
const wanted = looks.filter(({ name }) => !process.env.LOOKS || name.match(process.env.LOOKS))
assert.notEqual(wanted.length, 0, `no look is called ${process.env.LOOKS}`)

/** Gives each look its person with their repositories: one that anybody reads, a private one, one that wants pull requests, and one without a commit. */
async function settle(hedgerow) {
  const kinds = [['empty'], ['open', {}], ['hidden', { private: true }], ['guarded', { rules: [{ pattern: 'main', kind: { pull_request: { approvals: 1 } } }] }]]
  for (const [index, { name }] of looks.entries()) {
    await control(hedgerow, 'users', { id: 2000 + index, login: name, name: `Somebody ${name}` })
    await control(hedgerow, 'tokens', { token: `standin-${name}`, login: name, kind: 'classic', scopes: ['repo'] })
    for (const [kind, settings] of kinds) {
      const repository = `acme/${kind}-${name}`
      await change(hedgerow, repository, { permissions: { [name]: 'admin', rhea: 'read' } })
      if (!settings) continue
      await push(hedgerow, { 'README.md': '# Network\n' }, { repository })
      await change(hedgerow, repository, settings)
    }
  }
  return wanted.map((look) => ({ ...look, hedgerow, homes: new Map() }))
}

/**
 * Starts a Hedgerow for the ways of a file, and gives what goes one of them in every look. `walk` gets the person: their
 * names, pages to go on, and `sees` to look around where it matters; at the end every page is looked at. `provokes` is
 * what goes wrong on purpose.
 */
export function ways() {
  let hedgerow
  let people
  before(async () => {
    hedgerow = await start()
    people = await settle(hedgerow)
  })
  after(() => hedgerow?.stop())
  return (title, walk, { provokes = /^$/ } = {}) =>
    test(title, { concurrency: true }, (t) => Promise.all(people.map((person) => t.test(person.name, () => gone(person, walk, provokes)))))
}

async function gone({ name, options, hedgerow, homes }, walk, provokes) {
  const [pages, wrong] = [[], []]
  const sees = async (page, what) => {
    if (process.env.PICTURES) await picture(page, `${what.replaceAll(/[^a-z0-9]+/gi, '-')}-${name}`)
    wrong.push(...(await page.evaluate(misplaced)).map((found) => `${what}: ${found}`), ...(await outOfReach(page, what)))
  }
  const opened = async () => {
    const page = await hedgerow.newPage(options)
    pages.push(page)
    return page
  }
  const person = {
    name,
    repository: `acme/open-${name}`,
    hidden: `acme/hidden-${name}`,
    guarded: `acme/guarded-${name}`,
    empty: `acme/empty-${name}`,
    /** A page of somebody who is not signed in. */
    stranger: opened,
    /** This person's page, or that of somebody in another role; it is the same for all ways, which saves loading everything again. */
    async signedIn(role = name) {
      const page = homes.get(role) ?? (await hedgerow.newPage(options))
      homes.delete(role)
      pages.push(page)
      page.role = role
      page.problems.length = 0
      const answer = await page.request.post('/api/auth/token', { data: { token: `standin-${role}` } })
      assert.equal(answer.status(), 200)
      return page
    },
    sees,
    clone(directory, repository = this.repository) {
      const url = new URL(`${repository}.git`, hedgerow.github)
      return cloned(`${Object.assign(url, { username: 'x', password: `standin-${name}` })}`, directory)
    },
    push: (files, repository = `acme/open-${name}`) => push(hedgerow, files, { repository }),
    /** GitHub refuses this person's next commit, for certain. */
    isRefused: () => fault(hedgerow, { ...refusal, match: { ...refusal.match, login: name } }),
    /** From now on the branch takes pull requests only, or commits again. */
    protect: (approvals) => change(hedgerow, `acme/open-${name}`, { rules: approvals ? [{ pattern: 'main', kind: { pull_request: { approvals } } }] : [] }),
  }
  let isRight = false
  try {
    await walk(person)
    for (const page of pages.filter((page) => !page.isClosed())) await sees(page, 'in the end')
    assert.deepEqual(wrong, [], wrong.join('\n'))
    assert.deepEqual(pages.flatMap(({ problems }) => problems).filter((problem) => !provokes.test(problem)), [])
    isRight = true
  } catch (error) {
    if (process.env.PICTURES) for (const page of pages.filter((page) => !page.isClosed())) await picture(page, `failed-${name}`)
    throw error
  } finally {
    await Promise.all(pages.map(async (page) => {
      if (!isRight || !page.role || page.isClosed() || homes.has(page.role)) return page.context().close()
      homes.set(page.role, page)
      await page.unrouteAll()
      await page.goto('about:blank')
    }))
  }
}

/** Keeps what is seen, for whoever wants to look with their own eyes. */
async function picture(page, title) {
  await page.evaluate(() => scrollTo(0, 0))
  await page.screenshot({ path: `${process.env.PICTURES}/${title}.png`, fullPage: true })
}
