// Does jobs a few at a time.

/** A pool that does `size` jobs at a time, in the order in which they were given. */
export function pool(size) {
  const waiting = []
  let busy = 0
  const next = () => {
    while (busy < size && waiting.length > 0) {
      busy += 1
      const { job, done, fail } = waiting.shift()
      job().then(done, fail).finally(() => {
        busy -= 1
        next()
      })
    }
  }
  /** Does the jobs as there is room for them; resolves to what they give, in their order. */
  const all = (jobs) => {
    const results = jobs.map((job) => new Promise((done, fail) => waiting.push({ job, done, fail })))
    next()
    return Promise.all(results)
  }
  return { all }
}
