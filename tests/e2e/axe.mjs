// Looks at a page with axe-core, and at what axe does not see: what is wider than the window, sticks out or is cut off.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What is wrong on the page, where, and how to fix it; nothing if it is right. */
export async function violationsOn(page, what) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  // axe reads `-webkit-text-fill-color`, which keeps the page's own colour where the system's are forced.
  const isForced = await page.evaluate(() => matchMedia('(forced-colors: active)').matches)
  const options = { resultTypes: ['violations'], selectors: false, runOnly: { type: 'tag', values: rules }, rules: { 'color-contrast': { enabled: !isForced } } }
  const { violations } = await page.evaluate((options) => axe.run(document, options), options)
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n    ${failureSummary.replaceAll('\n', '\n    ')}`))
  return [...found, ...(await page.evaluate(layoutProblems))].map((wrong) => `${what}: ${wrong}`)
}

/** Runs in the page: what does not fit. */
export function layoutProblems() {
  const wrong = []
  const root = document.documentElement
  if (root.scrollWidth > innerWidth) wrong.push(`sideways scroll, ${root.scrollWidth} in ${innerWidth}`)
  const boxes = '.card, .bulk-bar, .notice, .fabric-table, .tree-box, .dialog, .choice-group, .page-column'
  const isScrolled = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true
    }
    return false
  }
  for (const element of document.querySelectorAll('h1, h2, h3, p, li, button, a, label, input, code, dt, dd, td, th, legend, .state-badge, .status-mark')) {
    const here = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    const isHidden = !element.checkVisibility({ visibilityProperty: true }) || style.clipPath !== 'none' || element.closest('.visually-hidden, .skip-link, thead') || here.width < 2
    if (isHidden || isScrolled(element)) continue
    const box = element.parentElement.closest(boxes)?.getBoundingClientRect()
    const name = () => `${element.outerHTML.slice(0, 100)} “${element.textContent.slice(0, 40)}”`
    if (box && (here.right > box.right + 1 || here.left < box.left - 1)) wrong.push(`sticks out of its box: ${name()}`)
    // Rows of the table of fabrics end in an ellipsis where a name is long; nothing else does.
    const isShortened = style.textOverflow === 'ellipsis' || element.closest('.table-row') || element.tagName === 'INPUT'
    if (/hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && !isShortened) wrong.push(`cut off: ${name()}`)
  }
  return wrong
}
