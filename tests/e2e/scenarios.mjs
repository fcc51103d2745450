// The same scenario in every appearance: light and dark, on a phone, a tablet and a desk, and magnified. Two people walk it
// at the same time, on a phone and on a desk, with repositories of their own; wherever they look around, the page is checked
// in the other appearances as well.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { appearances, inEach, optionsOf, walksOf } from './appearance.mjs'
import { layoutProblems } from './axe.mjs'
import { cloned } from './git.mjs'
import { start } from './harness.mjs'
import { changeRepository, control, fault, push, refusal } from './page.mjs'
import { unreachable } from './reachability.mjs'

// To work on the pages: APPEARANCE=dark-360 checks that one only, SCREENSHOTS=folder keeps what is seen.
const walks = walksOf(appearances, process.env.APPEARANCE)

/** Gives each walk its person with their repositories: one that anybody reads, a private one, one that wants pull requests, and one without a commit. */
async function seed(hedgerow) {
  const kinds = [['empty'], ['open', {}], ['hidden', { private: true }], ['guarded', { rules: [{ pattern: 'main', kind: { pull_request: { approvals: 1 } } }] }]]
  for (const [index, { own: { name } }] of walks.entries()) {
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
  return walks.map((walk) => ({ walk, hedgerow, signedInPages: new Map() }))
}

/**
 * Starts a Hedgerow for the scenarios of a file, and gives what runs one of them in every appearance. `scenario` gets the
 * person: their names, pages to go on, and `inspect` to check the page where it matters; at the end every page is
 * inspected. What was found in an appearance fails that appearance. `expectedErrors` is what goes wrong on purpose.
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
    test(title, { concurrency: true }, async (t) => {
      const found = new Map(walks.flatMap(({ own, others }) => [own, ...others].map(({ name }) => [name, { inspections: 0, problems: [] }])))
      await Promise.all(people.map((person) => t.test(`walked in ${person.walk.own.name}`, () => run(person, scenario, expectedErrors, found))))
      for (const { own, others } of walks) {
        for (const { name } of [own, ...others]) {
          const { inspections, problems } = found.get(name)
          await t.test(name, () => {
            assert.deepEqual(problems, [], problems.join('\n'))
            assert.ok(inspections > 0 && inspections === found.get(own.name).inspections, `inspected ${inspections} times`)
          })
        }
      }
    })
}

async function run({ walk, hedgerow, signedInPages }, scenario, expectedErrors, found) {
  const { name } = walk.own
  const pages = []
  const inspect = async (page, what) => {
    // The focus is shown to people who use the keyboard.
    await page.keyboard.press('Tab')
    await inEach(page, walk, async (appearance) => {
      if (process.env.SCREENSHOTS) await screenshot(page, `${what.replaceAll(/[^a-z0-9]+/gi, '-')}-${appearance.name}`)
      const seen = found.get(appearance.name)
      seen.inspections += 1
      seen.problems.push(...(await page.evaluate(layoutProblems)).map((problem) => `${what}: ${problem}`), ...(await unreachable(page, what)))
    })
  }
  const opened = async () => {
    const page = await hedgerow.newPage(optionsOf(walk.own))
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
      const page = signedInPages.get(role) ?? (await hedgerow.newPage(optionsOf(walk.own)))
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
    /** From now on GitHub refuses commits that touch what is below a path, or takes all again. */
    refuse: (path) => changeRepository(hedgerow, `acme/open-${name}`, { rules: path ? [{ pattern: 'main', kind: { file_path_restriction: { paths: [`${path}/*`] } } }] : [] }),
    /** From now on the branch takes pull requests only, or commits again. */
    protect: (approvals) => changeRepository(hedgerow, `acme/open-${name}`, { rules: approvals ? [{ pattern: 'main', kind: { pull_request: { approvals } } }] : [] }),
  }
  let isRight = false
  try {
    await scenario(person)
    for (const page of pages.filter((page) => !page.isClosed())) await inspect(page, 'in the end')
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

/** Keeps the pictures, to look at. */
async function screenshot(page, title) {
  const session = await page.context().newCDPSession(page)
  const { cssContentSize: clip } = await session.send('Page.getLayoutMetrics')
  const { data } = await session.send('Page.captureScreenshot', { captureBeyondViewport: true, clip: { ...clip, scale: 1 } })
  await session.detach()
  await writeFile(`${process.env.SCREENSHOTS}/${title}.png`, data, 'base64')
}
