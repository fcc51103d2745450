// The folder for temporary files of one run: in memory where there is room, since the tests make tens of thousands of small
// files. What killed programs leave behind goes with the folder.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** So much is free at the least where the folder is made in memory; a whole run takes a fraction of it. */
const ROOM = 4 * 2 ** 30

/** Makes the folder and has every program that is started from now on use it; gives what removes it. */
export function scratch(memory = MEMORY, room = ROOM) {
  const made = inMemory(memory, room) ?? mkdtempSync(join(tmpdir(), 'hedgerow-'))
  process.env.TMPDIR = made
  return () => rmSync(made, { recursive: true, force: true, maxRetries: 5 })
}

/** A folder in memory; none if there is too little room, or programs may not be run from it. */
function inMemory(memory, room) {
  let made
  try {
    const { bavail, bsize } = statfsSync(memory)
    if (bavail * bsize < room) return undefined
    made = mkdtempSync(join(memory, 'hedgerow-'))
    const program = join(made, 'program')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 })
    if (spawnSync(program).status === 0) return made
  } catch {
    // There is no such folder, or it cannot be written to.
  }
  if (made) rmSync(made, { recursive: true })
  return undefined
}
