// Looks at a page with axe-core, and at what axe does not see: whether the page is wider than the window.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What is wrong on the page, where, and how to mend it; nothing if it is right. */
export async function wrongOn(page, what) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: 'tag', values } }), rules)
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${what}: ${id}: ${html}\n    ${failureSummary.replaceAll('\n', '\n    ')}`))
  return wide > window ? [...found, `${what}: sideways scroll, ${wide} in ${window}`] : found
}
