// A person who has a keyboard and nothing else.

import assert from 'node:assert/strict'

/** What has the focus, and whether one can see that it has. */
const FOCUS = () => {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const visible = style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none'
  const box = one.getBoundingClientRect()
  // A box to tick may be marked by what stands around it.
  const marked = visible(getComputedStyle(one)) || (one.closest('label') && visible(getComputedStyle(one.closest('label'))))
  const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return { html: one.outerHTML.slice(0, 160), marked: Boolean(marked), inView }
}

/** Presses Tab until `selector` has the focus; each stop on the way has to be visible. */
export async function tabTo(page, selector) {
  const passed = []
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(FOCUS)
    if (!focus) continue
    passed.push(focus.html)
    assert.ok(focus.marked, `the focus can't be seen on ${focus.html}`)
    assert.ok(focus.inView, `the focus is out of view on ${focus.html}`)
    if (await page.evaluate(wanted => document.activeElement.matches(wanted), selector)) return
  }
  assert.fail(`Tab never came to ${selector}, but to:\n${passed.join('\n')}`)
}
