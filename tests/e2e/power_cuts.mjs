// What the tests that end workerd in the middle of something do and look at: requests, the branch as git has it, and what objects have kept.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inClone } from './git.mjs'

/** Somebody signs in with a token; gives the cookie. */
export async function signIn(hedgerow, token) {
  const { status, cookies } = await sent(hedgerow, { 'content-type': 'application/json' }, 'POST', '/api/auth/token', { token })
  assert.equal(status, 200)
  return cookies[0].split(';')[0]
}

/** Asks Hedgerow as whoever has this cookie, perhaps under a key. */
export const ask = (hedgerow, cookie, method, path, body, key) =>
  sent(hedgerow, { cookie, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) }, method, path, body)

async function sent(hedgerow, headers, method, path, body) {
  const answer = await fetch(hedgerow.base + path, { method, headers, body: body && JSON.stringify(body) })
  return { status: answer.status, body: await answer.json().catch(() => null), cookies: answer.headers.getSetCookie() }
}

/** Every commit of the main branch with its message, its files as path → blob, and the names of the files at other commits. */
export const branchOf = (hedgerow, repository, others = []) =>
  inClone(`${hedgerow.github}/${repository}.git`, (git) => {
    const commits = new Map(git('log', '--format=%H%x00%B%x01').split('\x01').filter((part) => part.trim()).map((part) => part.trim().split('\x00')))
    const files = Object.fromEntries(git('ls-tree', '-r', 'HEAD').split('\n').map((line) => [line.split('\t')[1], line.split(' ')[2].split('\t')[0]]))
    const at = new Map(others.map((commit) => [commit, git('ls-tree', '-r', '--name-only', commit).split('\n')]))
    return { commits, files, at }
  })

/** The operations that commits name in their trailers, each as often as it is named. */
export const operationsOf = ({ commits }) => [...commits.values()].flatMap((message) => message.match(/(?<=^Hedgerow-Operation: )\S+/gm) ?? [])

/** How many writes the objects of repositories have kept; nothing where one of them is just being written. */
export function writesKept(state) {
  const files = readdirSync(state, { recursive: true }).filter((name) => name.endsWith('.sqlite'))
  try {
    return files.map((file) => writesIn(join(state, file))).reduce((sum, count) => sum + count, 0)
  } catch (error) {
    if (error.code === 'ERR_SQLITE_ERROR' && /locked|busy/.test(error.message)) return undefined
    throw error
  }
}

function writesIn(file) {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const has = database.prepare("SELECT count(*) AS count FROM sqlite_master WHERE name = 'writes'").get().count
    return has ? database.prepare('SELECT count(*) AS count FROM writes').get().count : 0
  } finally {
    database.close()
  }
}
