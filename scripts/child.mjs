// Starts a program in a process group of its own, so that it can be waited for and ended with all that it started.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

// Linux ends the program too when this process is killed and can no longer do it.
const dieWithParent = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', '--'] : []

/**
 * Starts `command`; every line it writes, as `shown` makes it, goes to `onLine` and is kept in `lines`.
 * `exited` resolves to a sentence when the program ends by itself or is stopped, `code` to its exit code, null for none.
 */
export function start(name, command, { env = {}, cwd, onLine = () => {}, shown = (line) => line } = {}) {
  const [program, ...args] = [...dieWithParent, ...command]
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (written) => {
      const line = shown(written)
      lines.push(line)
      onLine(line)
    })
  }
  const exited = new Promise((resolve) => {
    child.on('error', (error) => resolve(`${name} could not be started: ${error.message}`))
    child.on('close', (code, signal) => resolve(`${name} ended (${signal ?? `exit code ${code}`})`))
  })
  const code = exited.then(() => child.exitCode)
  return { name, pid: child.pid, lines, exited, code, stop: () => stop(child.pid, exited) }
}

/** Waits until a line matches and returns the match; fails with the output when the program ends first. */
export async function line(child, pattern, timeoutMs) {
  const deadline = Date.now() + timeoutMs
  let ended
  child.exited.then((how) => (ended = how))
  for (;;) {
    for (const text of child.lines) {
      const match = text.match(pattern)
      if (match) return match
    }
    const problem = ended ?? (Date.now() > deadline && `${child.name} was not ready after ${timeoutMs / 1000} s`)
    if (problem) throw new Error(`${problem}\n${child.lines.slice(-30).join('\n')}`)
    await sleep(50)
  }
}

async function stop(pid, exited) {
  if (pid === undefined) return
  for (const [signal, patienceMs] of [['SIGTERM', 5000], ['SIGKILL', 5000]]) {
    try {
      process.kill(-pid, signal)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
    const deadline = Date.now() + patienceMs
    while ((await running(pid)).length > 0 && Date.now() < deadline) await sleep(50)
    if ((await running(pid)).length === 0) break
  }
  await exited
}

/** The ids of the group's processes that still run. */
export async function running(group) {
  if (!existsSync('/proc/self/stat')) return isAlive(group) ? [group] : []
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    ids.map(async (id) => {
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(itsGroup) === group && state !== 'Z' ? [Number(id)] : []
    }),
  )
  return found.flat()
}

function isAlive(group) {
  try {
    return process.kill(-group, 0)
  } catch {
    return false
  }
}
