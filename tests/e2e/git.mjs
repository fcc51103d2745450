// Looks at a repository as any git client does: by cloning it.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Clones `url`, checks it, gives what `look` gives of it, which it asks git about, and removes it. */
export async function inClone(url, look) {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-clone-'))
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0', TZ: 'UTC' }
  const git = (...args) => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trimEnd()
  try {
    git('clone', '--quiet', url, '.')
    git('fsck', '--strict', '--no-dangling')
    return look(git)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Clones `url`, checks it, and gives every file below `directory` as path → blob id and as path → mode, the id of the directory's tree, and the head with the day of its commit. */
export const cloned = (url, directory) =>
  inClone(url, (git) => {
    const lines = git('ls-tree', '-r', '-z', 'HEAD', ...(directory ? [directory] : [])).split('\0').filter(Boolean)
    const files = Object.fromEntries(lines.map((line) => [line.split('\t')[1], line.split('\t')[0].split(' ')[2]]))
    const modes = Object.fromEntries(lines.map((line) => [line.split('\t')[1], line.split(' ')[0]]))
    const directories = git('ls-tree', '-r', '-d', '--name-only', `HEAD:${directory}`).split('\n')
    const day = git('log', '-1', '--format=%cd', '--date=format-local:%Y-%m-%d')
    return { head: git('rev-parse', 'HEAD'), day, files, modes, directories, tree: git('rev-parse', `HEAD:${directory}`), message: git('log', '-1', '--format=%B'), commits: Number(git('rev-list', '--count', 'HEAD')), operations: git('log', '--format=%(trailers:key=Hedgerow-Operation,valueonly)').split(/\s+/).filter(Boolean).length }
  })
