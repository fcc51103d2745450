// What a person does on the pages, by role and label.

/** Opens a page and signs in as a role of the stand-in, by its token. */
export async function signedIn(hedgerow, role, options) {
  const page = await hedgerow.newPage(options)
  await page.goto('/settings')
  await page.getByLabel('Token', { exact: true }).fill(`standin-${role}`)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out of Hedgerow' }).waitFor()
  return page
}

/** Fills in the create page. */
export async function describe(page, { name, repository, branch = 'main', directory }) {
  await page.getByRole('textbox', { name: 'Fabric name' }).fill(name)
  await page.getByRole('combobox', { name: 'Repository' }).fill(repository)
  await page.getByRole('combobox', { name: 'Branch' }).fill(branch)
  await page.getByRole('combobox', { name: 'Directory' }).fill(directory)
  await page.getByRole('combobox', { name: 'Directory' }).press('Tab')
}

/** Goes to the create page, describes a fabric and waits until it is compared. */
export async function draft(page, fabric) {
  await page.goto('/')
  await describe(page, fabric)
  await page.getByText('Compared with the branch at').waitFor()
}

/** Commits as somebody else would. */
export async function push(hedgerow, files, { repository = 'acme/network', branch = 'main' } = {}) {
  const answer = await fetch(`${hedgerow.github}/_standin/commits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ repository, branch, files, message: 'Change something' }),
  })
  return (await answer.json()).oid
}

/** Changes a repository's settings, such as `{private: true}`. */
export async function change(hedgerow, repository, settings) {
  const answer = await fetch(`${hedgerow.github}/_standin/repositories`, { method: 'POST', body: JSON.stringify({ full_name: repository, ...settings }) })
  if (!answer.ok) throw new Error(await answer.text())
}

/** Lets GitHub fail as `POST /_standin/faults` describes it. */
export const fault = (hedgerow, fault) => fetch(`${hedgerow.github}/_standin/faults`, { method: 'POST', body: JSON.stringify(fault) })
export const noFaults = (hedgerow) => fetch(`${hedgerow.github}/_standin/faults`, { method: 'DELETE' })

/** Tells whether the page is wider than the window. */
export const isTooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
