/**
 * What a new backup lacks where that is half or more: of the old one's fabrics, or of all its lines. A fabric that it knows
 * as forgotten is not missing.
 */
export function missing(before, after) {
  const known = new Set(read(after).map(({ id }) => id))
  const lines = read(before)
  const kinds = { fabrics: lines.filter(({ isForgotten }) => !isForgotten), lines }
  for (const [what, some] of Object.entries(kinds)) {
    const ids = [...new Set(some.map(({ id }) => id))]
    const gone = ids.filter((id) => !known.has(id))
    if (gone.length > 0 && gone.length * 2 >= ids.length) return { what, all: ids.length, gone: gone.length }
  }
  return null
}

/** Whose a line is. */
export const idOf = ({ forgotten, record, unreadable }) => forgotten ?? record?.id ?? unreadable?.find(({ table }) => table === 'fabric')?.key

/** Whose each line is, and whether it says that the fabric was forgotten. A line without an id stands for itself. */
function read(text) {
  const lines = text.split('\n').filter((line) => line.trim())
  return lines.map((line) => {
    try {
      const read = JSON.parse(line)
      return { id: idOf(read) ?? line, isForgotten: Boolean(read.forgotten) }
    } catch {
      return { id: line, isForgotten: false }
    }
  })
}
