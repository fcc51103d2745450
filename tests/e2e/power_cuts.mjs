// What the tests that end workerd in the middle of something look at: the branch as git has it, and what objects have kept.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Every commit of the main branch with its message, its files as path → blob, and the names of the files at other commits. */
export async function cloned(hedgerow, repository, others = []) {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-killed-'))
  const git = (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } }).trim()
  try {
    git('clone', '--quiet', `${hedgerow.github}/${repository}.git`, '.')
    git('fsck', '--strict', '--no-dangling')
    const commits = new Map(git('log', '--format=%H%x00%B%x01').split('\x01').filter((part) => part.trim()).map((part) => part.trim().split('\x00')))
    const files = Object.fromEntries(git('ls-tree', '-r', 'HEAD').split('\n').map((line) => [line.split('\t')[1], line.split(' ')[2].split('\t')[0]]))
    const at = new Map(others.map((commit) => [commit, git('ls-tree', '-r', '--name-only', commit).split('\n')]))
    return { commits, files, at }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

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
