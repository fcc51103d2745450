// `make backup` and `make restore`: every fabric's record as a line of JSON, and which fabrics were forgotten, out of a Hedgerow and into one.
// usage: OPERATOR_KEY=… backup.mjs backup|restore URL FILE [--forgotten|--shrink]
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { idOf, missing } from './missing.mjs'

const [what, address, file, ...options] = process.argv.slice(2)
/** A request carries at most 256 KiB, and a few records: each asks objects up to eleven times, and the free plan allows fifty. */
const BYTES = 200 * 1024
const LINES = 4

try {
  if (!['backup', 'restore'].includes(what) || !address || !file) throw new Error('say where and what: make backup URL=https://… FILE=hedgerow.ndjson')
  if (!process.env.OPERATOR_KEY) throw new Error('OPERATOR_KEY is not set: it is the secret of the same name')
  checkAddress()
  await (what === 'backup' ? backup() : restore())
} catch (error) {
  console.error(`error: ${error.message}`)
  process.exitCode = 1
}

/** The key opens every record, so it travels in clear only within this machine. */
function checkAddress() {
  const url = URL.parse(address)
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)) return
  throw new Error(`${address} is not an address that the key may be sent to: begin it with https://`)
}

async function backup() {
  let lines = ''
  let cursor = ''
  do {
    const answer = await ask(`backup?cursor=${encodeURIComponent(cursor)}`)
    lines += await answer.text()
    cursor = answer.headers.get('x-next-cursor')
  } while (cursor)
  const before = await readFile(file, 'utf8').catch((error) => (error.code === 'ENOENT' ? '' : Promise.reject(error)))
  const lacks = missing(before, lines)
  if (lacks && !options.includes('--shrink')) {
    throw new Error(
      `${file} has ${lacks.all} ${lacks.what}, and ${lacks.gone} of them would be in the new backup neither as they are nor as forgotten, so the file stays as it is. If the list of fabrics was lost, make restore with this file brings it back; if so many are meant to be gone, add OPTIONS=--shrink`,
    )
  }
  // A backup that was interrupted never stands in the place of a whole one.
  await rm(`${file}.part`, { force: true })
  await writeFile(`${file}.part`, lines, { mode: 0o600, flag: 'wx' })
  await rename(`${file}.part`, file)
  const [all, forgotten] = ['\n', '{"format":2,'].map((text) => lines.split(text).length - 1)
  const unreadable = lines.split('\n').filter((line) => line.includes('"unreadable":')).map((line) => JSON.parse(line)).filter((line) => line.unreadable)
  if (unreadable.length > 0) {
    const ids = unreadable.map(idOf)
    console.error(
      `warning: ${unreadable.length} fabrics have something that this version of Hedgerow cannot read. It is in the file as it is stored; the version that stored it can restore all of it:\n  ${ids.join('\n  ')}`,
    )
  }
  console.log(`${all - forgotten} fabrics are in ${file}${forgotten > 0 ? `, and which ${forgotten} were forgotten` : ''}`)
}

async function restore() {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim())
  const revives = options.includes('--forgotten')
  const total = { restored: 0, unchanged: 0, refused: [], forgotten: [] }
  for (const [first, part] of parts(lines)) {
    const answer = await (await ask(revives ? 'restore?forgotten=1' : 'restore', { method: 'POST', body: part.join('\n') })).json()
    total.restored += answer.restored
    total.unchanged += answer.unchanged
    const placed = (whys = []) => whys.map((why) => why.replace(/^line (\d+)/, (_, place) => `line ${first + Number(place)}`))
    total.refused.push(...placed(answer.refused))
    total.forgotten.push(...placed(answer.forgotten))
  }
  console.log(`${total.restored} restored, ${total.unchanged} known already`)
  if (total.forgotten.length > 0) console.log(`${total.forgotten.length} were forgotten, and are so here; --forgotten revives them:\n  ${total.forgotten.join('\n  ')}`)
  if (total.refused.length > 0) throw new Error(`${total.refused.length} could not be restored:\n  ${total.refused.join('\n  ')}`)
}

/** Lines in parts that a request may carry, each with how many lines came before. */
function* parts(lines) {
  let [first, part, bytes] = [0, [], 0]
  for (const [place, line] of lines.entries()) {
    const size = Buffer.byteLength(line) + 1
    if (part.length > 0 && (part.length === LINES || bytes + size > BYTES)) {
      yield [first, part]
      ;[first, part, bytes] = [place, [], 0]
    }
    part.push(line)
    bytes += size
  }
  if (part.length > 0) yield [first, part]
}

async function ask(path, options = {}) {
  const headers = { authorization: `Bearer ${process.env.OPERATOR_KEY}` }
  const answer = await fetch(`${address.replace(/\/$/, '')}/api/operator/${path}`, { ...options, headers, redirect: 'manual' })
  if (answer.ok) return answer
  const leadsTo = answer.headers.get('location')
  if (leadsTo) throw new Error(`${address} leads to ${leadsTo}, where the key is not sent: give Hedgerow's own address`)
  const why = answer.status === 404 ? 'the key is not this Hedgerow’s, or it has none, or one of less than 32 characters, which it does not use' : await answer.text()
  throw new Error(`${address} answered ${answer.status}: ${why}`)
}
