// Both ways of signing in, as a person goes them in a browser, and what becomes of cookies.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from './harness.mjs'

let hedgerow

before(async () => (hedgerow = await start()))
after(() => hedgerow?.stop())

const signedOut = (page) => page.getByRole('heading', { name: 'Sign in to GitHub' }).waitFor()
const signedIn = (page) => page.getByRole('button', { name: 'Sign out' }).waitFor()

/** Goes to GitHub's sign-in page and back as somebody. */
async function through(page, role) {
  await page.getByRole('link', { name: 'Sign in with GitHub' }).click()
  await page.waitForURL(/\/login\/oauth\/authorize/)
  await page.getByRole('button', { name: role }).click()
}

/** The cookie of the session, among those of sign-ins that were made a short time ago. */
const sessionCookie = async (context) => (await context.cookies()).find(({ name }) => name === '__Host-hedgerow')

const who = async (page) => (await (await page.request.get('/api/session')).json()).user?.login ?? null

test('a draft survives signing in through GitHub', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  await signedOut(page)
  await page.getByRole('textbox', { name: 'Fabric name' }).fill('fabric-west')
  await page.getByRole('textbox', { name: 'Fabric name' }).press('Tab')
  await page.waitForURL(/name=fabric-west/)
  const draft = page.url()
  await through(page, 'admin')
  await page.waitForURL(draft)
  await signedIn(page)
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), 'fabric-west')
  assert.equal(await who(page), 'ada')
  const stored = await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, location.href]))
  assert.doesNotMatch(stored, /ghu_|ghr_|__Host|code=|state=/, 'nothing of the sign-in is in reach of a script')
  const cookies = await page.context().cookies()
  assert.deepEqual(cookies.map(({ name }) => name.replace(/-[0-9a-f]{16}$/, '')).sort(), ['__Host-hedgerow', '__Host-hedgerow-login'])
  for (const { httpOnly, secure, sameSite } of cookies) assert.deepEqual([httpOnly, secure, sameSite], [true, true, 'Lax'])
  assert.deepEqual(page.problems, [])
})

test('two tabs that sign in at once both end where they began, and going back there uses nothing', async () => {
  const context = await hedgerow.newContext()
  const tabs = [await context.newPage(), await context.newPage()]
  const drafts = ['/#name=one', '/#name=two']
  for (const [index, page] of tabs.entries()) {
    await page.goto(drafts[index])
    await page.getByRole('link', { name: 'Sign in with GitHub' }).click()
    await page.waitForURL(/\/login\/oauth\/authorize/)
  }
  const callbacks = []
  for (const [index, page] of tabs.entries()) {
    page.on('request', (request) => request.url().includes('/api/auth/callback') && callbacks.push(request.url()))
    await page.getByRole('button', { name: 'admin' }).click()
    await page.waitForURL((url) => url.hash.includes(['name=one', 'name=two'][index]))
    await signedIn(page)
  }
  const { value } = await sessionCookie(context)
  for (const [index, page] of tabs.entries()) {
    await page.goto(callbacks[index])
    await signedIn(page)
    assert.match(page.url(), [/#.*name=one/, /#.*name=two/][index])
  }
  assert.equal((await sessionCookie(context)).value, value, 'the session is the one that was opened')
})

test('declining at GitHub is reported and can be retried', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Fabric name' }).fill('declined')
  await through(page, 'Cancel')
  await page.getByRole('heading', { name: 'Sign-in not finished' }).waitFor()
  await page.getByText('The sign-in cannot be finished').waitFor()
  assert.doesNotMatch(await page.content(), /<script/)
  await page.getByRole('link', { name: 'Back to Hedgerow' }).click()
  await page.getByText('This is the draft you left.').waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Fabric name' }).inputValue(), 'declined')
  await through(page, 'reader')
  await signedIn(page)
  assert.equal(await who(page), 'rhea')
})

test('a fine-grained token signs in, with a form that has the permissions filled in', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  const form = await page.getByRole('link', { name: /permissions filled in/ }).getAttribute('href')
  assert.match(form, /\/settings\/personal-access-tokens\/new\?.*contents=write/)
  await page.getByLabel('Token', { exact: true }).fill('standin-outsider')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await signedIn(page)
  assert.equal(await who(page), 'otto')
})

test('a copied cookie opens nothing after sign-out, and neither do forged ones', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  await through(page, 'admin')
  await signedIn(page)
  const { name, value } = await sessionCookie(page.context())
  const asks = async (cookie) => {
    const answer = await fetch(`${hedgerow.base}/api/session`, { headers: { cookie } })
    return (await answer.json()).user?.login ?? null
  }
  assert.equal(await asks(`${name}=${value}`), 'ada', 'a copy is as good as the cookie while the session is open')
  const [session, secret] = value.split('.')
  for (const forged of [`${session}.${'a'.repeat(52)}`, value.slice(0, -1), session, `${'a'.repeat(26)}.${secret}`, '']) {
    assert.equal(await asks(`${name}=${forged}`), null)
  }
  await fetch(`${hedgerow.github}/_standin/requests`, { method: 'DELETE' })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await signedOut(page)
  assert.equal(await asks(`${name}=${value}`), null)
  const requests = await (await fetch(`${hedgerow.github}/_standin/requests`)).json()
  assert.ok(requests.some(({ method, path, status }) => method === 'DELETE' && path === '/applications/Iv23standin/token' && status === 204), 'GitHub took the token back')
  assert.doesNotMatch(hedgerow.logs(), /ghu_|ghr_|standin-client-secret|BEGIN RSA/)
})

test('a session ends when its tokens do', async () => {
  const page = await hedgerow.newPage()
  await page.goto('/')
  await through(page, 'admin')
  await signedIn(page)
  // GitHub forgets every token that it gave out.
  await fetch(`${hedgerow.github}/_standin/reset`, { method: 'POST' })
  const answer = await page.request.get('/api/snapshot?repository=acme/network&branch=main&directory=gitops')
  assert.equal(answer.status(), 401)
  assert.equal((await answer.json()).code, 'github_unauthorized')
})

test('answers carry the security headers, also in workerd', async () => {
  const answer = await fetch(`${hedgerow.base}/api/health`)
  for (const [name, expected] of [
    ['content-type', /^application\/json$/],
    ['content-security-policy', /^default-src 'none'; frame-ancestors 'none'$/],
    ['strict-transport-security', /max-age=/],
    ['x-content-type-options', /nosniff/],
    ['referrer-policy', /same-origin/],
  ]) {
    assert.match(answer.headers.get(name), expected, name)
  }
  const big = await fetch(`${hedgerow.base}/api/plan`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(2_000_000) })
  assert.ok([401, 413].includes(big.status), `${big.status}`)
  const crossSite = await fetch(`${hedgerow.base}/api/auth/logout`, { method: 'POST', headers: { origin: 'https://evil.example' } })
  assert.equal(crossSite.status, 403)
})
