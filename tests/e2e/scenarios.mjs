// The same scenario in every appearance: light and dark, on a phone, a tablet and a desk, and magnified. Each appearance is a person with
// repositories of their own, so that all of them go at the same time.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { layoutProblems } from './axe.mjs'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { changeRepository, control, fault, push, refusal } from './page.mjs'
import { unreachable } from './reachability.mjs'

const sizes = ['light', 'dark'].flatMap((colorScheme) => [360, 768, 1280].map((width) => ({ colorScheme, viewport: { width, height: 800 } })))
// Nothing moves for half of them.
const appearances = sizes.map((options) => ({
  name: `${options.colorScheme}-${options.viewport.width}`,
  options: { ...options, reducedMotion: options.colorScheme === 'dark' ? 'reduce' : 'no-preference' },
}))
// A window of 1280 by 800 at 200 %.
appearances.push({ name: 'light-magnified', options: { colorScheme: 'light', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 } })

// For whoever works on the pages: APPEARANCE=dark-360 goes in that one only, SCREENSHOTS=folder keeps what is seen.
const wanted = appearances.filter(({ name }) => !process.env.APPEARANCE || name.match(process.env.APPEARANCE))
assert.notEqual(wanted.length, 0, `no appearance is called ${process.env.APPEARANCE}`)

/** Gives each appearance its person with their repositories: one that anybody reads, a private one, one that wants pull requests, and one without a commit. */
async function seed(hedgerow) {
  const kinds = [['empty'], ['open', {}], ['hidden', { private: true }], ['guarded', { rules: [{ pattern: 'main', kind: { pull_request: { approvals: 1 } } }] }]]
  for (const [index, { name }] of appearances.entries()) {
    await control(hedgerow, 'users', { id: 2000 + index, login: name, name: `Somebody ${name}` })
    await control(hedgerow, 'tokens', { token: `standin-${name}`, login: name, kind: 'classic', scopes: ['repo'] })
    for (const [kind, settings] of kinds) {
      const repository = `acme/${kind}-${name}`
      await changeRepository(hedgerow, repository, { permissions: { [name]: 'admin', rhea: 'read' } })
      if (!settings) continue
      await push(hedgerow, { 'README.md': '# Network\n' }, { repository })
      await changeRepository(hedgerow, repository, settings)
    }
  }
  return wanted.map((appearance) => ({ ...appearance, hedgerow, signedInPages: new Map() }))
}

/**
 * Starts a Hedgerow for the scenarios of a file, and gives what runs one of them in every appearance. `scenario` gets the person: their
 * names, pages to go on, and `inspect` to check the page where it matters; at the end every page is looked at. `expectedErrors` is
 * what goes wrong on purpose.
 */
export function scenarios() {
  let hedgerow
  let people
  before(async () => {
    hedgerow = await start()
    people = await seed(hedgerow)
  })
  after(() => hedgerow?.stop())
  return (title, scenario, { expectedErrors = /^$/ } = {}) =>
    test(title, { concurrency: true }, (t) => Promise.all(people.map((person) => t.test(person.name, () => run(person, scenario, expectedErrors)))))
}

async function run({ name, options, hedgerow, signedInPages }, scenario, expectedErrors) {
  const [pages, wrong] = [[], []]
  const inspect = async (page, what) => {
    if (process.env.SCREENSHOTS) await screenshot(page, `${what.replaceAll(/[^a-z0-9]+/gi, '-')}-${name}`)
    wrong.push(...(await page.evaluate(layoutProblems)).map((found) => `${what}: ${found}`), ...(await unreachable(page, what)))
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
    visitor: opened,
    /** This person's page, or that of somebody in another role; it is the same for all scenarios, which saves loading everything again. */
    async signedIn(role = name) {
      const page = signedInPages.get(role) ?? (await hedgerow.newPage(options))
      signedInPages.delete(role)
      pages.push(page)
      page.role = role
      page.problems.length = 0
      const answer = await page.request.post('/api/auth/token', { data: { token: `standin-${role}` } })
      assert.equal(answer.status(), 200)
      return page
    },
    inspect,
    clone(directory, repository = this.repository) {
      const url = new URL(`${repository}.git`, hedgerow.github)
      return cloned(`${Object.assign(url, { username: 'x', password: `standin-${name}` })}`, directory)
    },
    push: (files, repository = `acme/open-${name}`) => push(hedgerow, files, { repository }),
    /** GitHub refuses this person's next commit, for certain. */
    isRefused: () => fault(hedgerow, { ...refusal, match: { ...refusal.match, login: name } }),
    /** From now on the branch takes pull requests only, or commits again. */
    protect: (approvals) => changeRepository(hedgerow, `acme/open-${name}`, { rules: approvals ? [{ pattern: 'main', kind: { pull_request: { approvals } } }] : [] }),
  }
  let isRight = false
  try {
    await scenario(person)
    for (const page of pages.filter((page) => !page.isClosed())) await inspect(page, 'in the end')
    assert.deepEqual(wrong, [], wrong.join('\n'))
    assert.deepEqual(pages.flatMap(({ problems }) => problems).filter((problem) => !expectedErrors.test(problem)), [])
    isRight = true
  } catch (error) {
    if (process.env.SCREENSHOTS) for (const page of pages.filter((page) => !page.isClosed())) await screenshot(page, `failed-${name}`)
    throw error
  } finally {
    await Promise.all(pages.map(async (page) => {
      if (!isRight || !page.role || page.isClosed() || signedInPages.has(page.role)) return page.context().close()
      signedInPages.set(page.role, page)
      await page.unrouteAll()
      await page.goto('about:blank')
    }))
  }
}

/** Keeps what is seen, for whoever wants to see for themselves. */
async function screenshot(page, title) {
  await page.evaluate(() => scrollTo(0, 0))
  await page.screenshot({ path: `${process.env.SCREENSHOTS}/${title}.png`, fullPage: true })
}
