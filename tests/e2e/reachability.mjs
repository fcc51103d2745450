// What a person cannot use although it is there: what lies under something else, and what has the focus unseen.

/**
 * What is out of reach on the page, and where; nothing if all can be used. The focus is shown to people who use the keyboard,
 * so the last key or button that was pressed was a key.
 */
export async function unreachable(page, what) {
  return (await page.evaluate(hidden)).map((wrong) => `${what}: ${wrong}`)
}

/** Presses what is in sight: it has its place in the window, and nothing lies over any part of it. */
export async function press(locator, how = 'click') {
  await locator.click({ trial: true })
  const over = await locator.evaluate((element) => {
    const aim = element.labels?.[0]?.contains(element) ? element.labels[0] : element
    aim.scrollIntoView({ block: 'nearest' })
    const [box] = aim.getClientRects()
    if (!box) return `gone: ${element.outerHTML.slice(0, 120)}`
    const [x, y] = [Math.min(6, box.width / 2), Math.min(6, box.height / 2)]
    const places = [[box.left + x, box.top + y], [box.right - x, box.top + y], [box.left + x, box.bottom - y], [box.right - x, box.bottom - y], [box.left + box.width / 2, box.top + box.height / 2]]
    const covers = places.map(([x, y]) => document.elementFromPoint(x, y)).find((found) => found && !aim.contains(found))
    return covers && `${covers.outerHTML.slice(0, 120)} lies over ${element.outerHTML.slice(0, 120)}`
  })
  if (over) throw new Error(over)
  await locator[how]()
}

/** Runs in the page. */
function hidden() {
  const wrong = []
  const named = (element) => `${element.outerHTML.slice(0, 100)} “${element.textContent.slice(0, 40)}”`
  const usable = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex^="-"])'
  const header = document.querySelector('.page-header')
  const toast = document.querySelector('.toast')
  const dialog = document.querySelector('dialog[open]')
  const elements = [...(dialog ?? document).querySelectorAll(usable)].filter((element) => element.checkVisibility({ visibilityProperty: true }))
  const within = (box, other) => box.left >= other.left - 1 && box.right <= other.right + 1 && box.top >= other.top - 1 && box.bottom <= other.bottom + 1
  const meet = (box, other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom
  /** What can be seen of a box: not what is scrolled away under the header, or in something that scrolls by itself. */
  const sight = (element, box) => {
    let [left, top, right, bottom] = [Math.max(box.left, 0), box.top, Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)]
    const isBelow = !header.contains(element) && !dialog && !element.closest('.skip-link')
    if (isBelow && scrollY > 0) top = Math.max(top, header.getBoundingClientRect().bottom)
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      if (!/auto|scroll|hidden/.test(getComputedStyle(at).overflowY)) continue
      const around = at.getBoundingClientRect()
      ;[left, top, right, bottom] = [Math.max(left, around.left), Math.max(top, around.top), Math.min(right, around.right), Math.min(bottom, around.bottom)]
    }
    return { left, top, right, bottom, width: right - left, height: bottom - top }
  }
  if (toast) {
    const place = toast.getBoundingClientRect()
    if (!within(place, header.getBoundingClientRect())) wrong.push(`the toast leaves the header: ${named(toast)}`)
    for (const element of elements.filter((element) => !toast.contains(element))) {
      const seen = sight(element, element.getBoundingClientRect())
      if (seen.width > 0 && seen.height > 0 && meet(seen, place)) wrong.push(`what is said in passing covers ${named(element)}`)
    }
  }
  const [focus, place] = [document.activeElement, scrollY]
  for (const element of elements) {
    element.focus()
    // It may have gone, or give the focus to something else in its place.
    if (document.activeElement !== element) continue
    const shows = [element, element.closest('.segmented-option, .file-button')].filter(Boolean).some((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1
    })
    if (!shows) wrong.push(`has the focus without showing it: ${named(element)}`)
    const aim = element.closest('label') ?? element
    const [box] = aim.getClientRects()
    const seen = sight(aim, box)
    if (seen.width < Math.min(box.width, 24) / 2 || seen.height < Math.min(box.height, 24) / 2) {
      wrong.push(`has the focus out of sight, ${JSON.stringify(seen)}: ${named(element)}`)
      continue
    }
    const over = document.elementFromPoint(seen.left + seen.width / 2, seen.top + seen.height / 2)
    if (!aim.contains(over)) wrong.push(`${over ? named(over) : 'nothing'} lies over ${named(element)}`)
  }
  if (focus instanceof HTMLElement && focus.isConnected && focus !== document.body) focus.focus({ preventScroll: true })
  else document.activeElement.blur()
  scrollTo(0, place)
  return wrong
}
