// What a person does on the pages, by role and label.
import { until } from './until.mjs'

/** Opens a page and signs in as a role of the stand-in, by its token. */
export async function signedIn(hedgerow, role, options) {
  const page = await hedgerow.newPage(options)
  await page.goto('/settings')
  await page.getByLabel('Token', { exact: true }).fill(`standin-${role}`)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out of Hedgerow' }).waitFor()
  return page
}

/** Waits until the page of this heading is there. */
export const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor()

/** Fills in the create page. */
export async function fillIn(page, { name, repository, branch = 'main', directory }) {
  await page.getByRole('textbox', { name: 'Fabric name' }).fill(name)
  await page.getByRole('combobox', { name: 'Repository' }).fill(repository)
  await page.getByRole('combobox', { name: 'Branch' }).fill(branch)
  await page.getByRole('combobox', { name: 'Directory' }).fill(directory)
  await page.getByRole('combobox', { name: 'Directory' }).press('Tab')
}

/** Goes to the create page, describes a fabric and waits until it is compared. */
export async function draft(page, fabric) {
  await page.goto('/')
  await fillIn(page, fabric)
  await page.getByText('Compared with the branch at').waitFor()
}

/** Has the stand-in do something; what it does not understand fails, since a test would else pass in which nothing was done. */
export async function control(hedgerow, path, body) {
  const answer = await fetch(`${hedgerow.github}/_standin/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return answer
}

/** Commits as somebody else would. */
export async function push(hedgerow, files, { repository = 'acme/network', branch = 'main' } = {}) {
  const answer = await control(hedgerow, 'commits', { repository, branch, files, message: 'Change something' })
  return (await answer.json()).oid
}

/** Imports fabrics into acme/fleet, each in a directory of its name below `folder`. */
export async function imported(page, names, folder) {
  await page.goto('/fabrics/import')
  await page.getByRole('textbox', { name: 'List' }).fill(names.map((name) => `${name},acme/fleet,main,${folder}/${name}`).join('\n'))
  await page.getByRole('button', { name: /^Compare/ }).click()
  await page.getByRole('button', { name: `Create ${names.length} fabrics with ${14 * names.length} files` }).click()
  await page.getByText(`${names.length} of ${names.length} done`).first().waitFor()
}

/** Changes a repository's settings, such as `{private: true}`. */
export const changeRepository = (hedgerow, repository, settings) => control(hedgerow, 'repositories', { full_name: repository, ...settings })

/** Lets GitHub fail as `POST /_standin/faults` describes it. */
export const fault = (hedgerow, fault) => control(hedgerow, 'faults', fault)
export const clearFaults = (hedgerow) => fetch(`${hedgerow.github}/_standin/faults`, { method: 'DELETE' })
/** GitHub's answers of this match are kept back until they are let go: `release` does that with those that wait. */
export const holdAnswers = (hedgerow, match, times = 1) => fault(hedgerow, { match, times, action: { delay_ms: 600_000 } })
export const release = (hedgerow) => control(hedgerow, 'release', {})
/** A fault in which GitHub refuses the next commit, for certain. */
export const refusal = {
  match: { operation: 'Commit' },
  action: { status: 200, body: { errors: [{ type: 'FORBIDDEN', path: ['createCommitOnBranch'], message: 'Repository rule violations found\n\nChanges must be made through a pull request.' }], data: { createCommitOnBranch: null } } },
}

/** Keeps back what the page asks of `address` next, until it is let go. */
export async function holdRequest(page, address) {
  let release
  const free = new Promise((done) => (release = done))
  await page.route(address, async (route) => (await free, await route.continue()), { times: 1 })
  return release
}

/** Presses Tab until what has the focus is what `is` wants; fails when the focus has been everywhere. */
export const tabTo = (page, is, key = 'Tab') => pressUntil(page, key, is)
export const shiftTabTo = (page, is) => pressUntil(page, 'Shift+Tab', is)

async function pressUntil(page, key, is) {
  const stops = []
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press(key)
    // As text: the page's own rules let nothing be made a function inside it.
    const [found, stop] = await page.evaluate(`[(${is})(document.activeElement), document.activeElement.outerHTML.slice(0, 80)]`)
    if (found) return
    stops.push(stop)
  }
  throw new Error(`${key} does not lead to what ${is} wants, only to:\n${[...new Set(stops)].join('\n')}`)
}

/** Writes down in `page.announcements` everything that a screen reader is told in passing, from now on. */
export async function recordAnnouncements(page) {
  page.announcements = []
  await page.exposeFunction('announce', (text) => page.announcements.push(text.trim()))
  await page.evaluate(() => {
    const live = '[role=status], [role=alert], [aria-live]'
    new MutationObserver((changes) => {
      const regions = changes.flatMap(({ target, addedNodes }) => [target, ...addedNodes])
      const elements = regions.map((node) => (node.nodeType === 1 ? node : node.parentElement)).filter(Boolean)
      const touched = new Set(elements.flatMap((element) => [element.closest(live), ...element.querySelectorAll(live)]))
      for (const region of touched) if (region?.isConnected && region.textContent.trim()) window.announce(region.textContent.replaceAll('\u{a0}', ' '))
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}

/** Waits until a screen reader was told something that matches. */
export async function announced(page, pattern) {
  await until(() => page.announcements, (all) => all.some((text) => pattern.test(text)))
}

/**
 * Stops the clock of a page, which was installed before the page was opened: from now on it does nothing by its own clock,
 * such as asking again, but what `page.clock.runFor` lets it.
 */
export const stopClock = (page) => page.clock.pauseAt(Date.now() + 1000)
